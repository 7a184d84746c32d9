package dev.busbar.host.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A connection to a host on which exactly the given octets are sent. Used by one thread. */
public final class Wire implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 15_000;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Socket socket;
    private final InputStream in;

    /** A received response. */
    public record Answer(String statusLine, Map<String, List<String>> headers, String body, boolean whole) {
        /** The status code. */
        public int status() {
            return Integer.parseInt(statusLine.split(" ")[1]);
        }

        /** The joined values of a header; empty if absent. */
        public String header(String name) {
            return String.join(", ", headers.getOrDefault(name, List.of()));
        }

        /** The content as JSON. */
        public JsonNode json() throws IOException {
            return MAPPER.readTree(body);
        }

        /** The last part of the problem's type. */
        public String problem() throws IOException {
            return json().path("type").asText().replace("urn:busbar:problem:", "");
        }
    }

    private Wire(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        socket.setSoTimeout(TIMEOUT_MILLIS);
    }

    /** Connects to a port of loopback. */
    public static Wire to(int port) throws IOException {
        return new Wire(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** Sends lines, each ended by CR LF. */
    public Wire lines(String... lines) throws IOException {
        return text(String.join("\r\n", lines) + "\r\n");
    }

    /** Sends text, one octet a character. */
    public Wire text(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        return this;
    }

    /** Reads a response. */
    public Answer read() throws IOException {
        return read(true);
    }

    /** Reads a response without content, whatever it declares: to a {@code HEAD}, or a 100. */
    public Answer readHead() throws IOException {
        return read(false);
    }

    private Answer read(boolean content) throws IOException {
        String statusLine = line();
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.computeIfAbsent(line.substring(0, colon), key -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean whole = true;
        if (content) {
            try {
                readBody(headers, body);
            } catch (EOFException | SocketException broken) {
                whole = false;
            }
        }
        return new Answer(statusLine, headers, body.toString(UTF_8), whole);
    }

    private void readBody(Map<String, List<String>> headers, ByteArrayOutputStream body) throws IOException {
        if (headers.containsKey("Transfer-Encoding")) {
            for (int size = chunkSize(); size > 0; size = chunkSize()) {
                copy(size, body);
                line();
            }
            line();
        } else if (headers.containsKey("Content-Length")) {
            copy(Integer.parseInt(headers.get("Content-Length").get(0)), body);
        } else if (headers.containsKey("Connection")) {
            in.transferTo(body);
        }
    }

    private int chunkSize() throws IOException {
        return Integer.parseInt(line(), 16);
    }

    private void copy(int size, ByteArrayOutputStream body) throws IOException {
        byte[] bytes = in.readNBytes(size);
        body.write(bytes);
        if (bytes.length < size) {
            throw new EOFException();
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int c = in.read();
            if (c < 0) {
                throw new EOFException("closed after \"" + line + "\"");
            }
            if (c == '\n') {
                return line.toString().strip();
            }
            line.append((char) c);
        }
    }

    /** Waits until the peer closes; remaining data is skipped. */
    public boolean ends() throws IOException {
        try {
            in.transferTo(java.io.OutputStream.nullOutputStream());
            return true;
        } catch (SocketException reset) {
            return true;
        }
    }

    /** Aborts the connection with a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
