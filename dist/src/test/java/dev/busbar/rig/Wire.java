package dev.busbar.rig;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** An HTTP/1.1 connection with blocking calls, without retries. Used by one thread. */
public final class Wire implements AutoCloseable {
    private static final int LIMIT_MILLIS = 20_000;

    private final Socket socket = new Socket();
    private final InputStream in;
    private final OutputStream out;
    private boolean closedByServer;

    /**
     * A request.
     *
     * @param method the method
     * @param path with the query
     * @param fields headers, each with its line end
     * @param pieces the body, one chunk each, or as is if the headers include its length; empty for no body
     * @param pauseMillis the pause between two pieces
     */
    public record Call(String method, String path, String fields, List<byte[]> pieces, long pauseMillis) {}

    /**
     * A response.
     *
     * @param fields headers, names in lower case
     */
    public record Answer(int status, Map<String, String> fields, byte[] body) {
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /** Connects, with a read timeout of 20 s. */
    public Wire(int port) throws IOException {
        this(port, LIMIT_MILLIS);
    }

    /** Connects, with a read timeout. */
    public Wire(int port, int limitMillis) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(limitMillis);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), limitMillis);
        in = new BufferedInputStream(socket.getInputStream());
        out = new BufferedOutputStream(socket.getOutputStream());
    }

    /** A request without a body. */
    public static Call get(String path) {
        return new Call("GET", path, "", List.of(), 0);
    }

    /** Sends a request and reads the response, including an early one. */
    public Answer send(Call call) throws IOException {
        try {
            write(call);
        } catch (IOException e) {
            try {
                return read();
            } catch (IOException none) {
                throw e;
            }
        }
        return read();
    }

    private void write(Call call) throws IOException {
        boolean body = !call.pieces().isEmpty();
        boolean chunked = body && !call.fields().contains("Content-Length: ");
        String head = call.method() + " " + call.path() + " HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\n"
                + call.fields() + (chunked ? "Transfer-Encoding: chunked\r\n" : "") + "\r\n";
        ascii(head);
        if (body) {
            for (byte[] piece : call.pieces()) {
                if (chunked) {
                    ascii(Integer.toHexString(piece.length) + "\r\n");
                }
                out.write(piece);
                if (chunked) {
                    ascii("\r\n");
                }
                out.flush();
                if (call.pauseMillis() > 0) {
                    ServerProcess.pause(call.pauseMillis());
                }
            }
            if (chunked) {
                ascii("0\r\n\r\n");
            }
        }
        out.flush();
    }

    private void ascii(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private Answer read() throws IOException {
        String[] status = line().split(" ", 3);
        Map<String, String> fields = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            fields.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        closedByServer = fields.getOrDefault("connection", "").equals("close");
        byte[] body = body(fields);
        return new Answer(Integer.parseInt(status[1]), fields, body);
    }

    /** By RFC 9112 section 6.3: in chunks, of a known length, or up to the end of the connection. */
    private byte[] body(Map<String, String> fields) throws IOException {
        if (fields.getOrDefault("transfer-encoding", "").equals("chunked")) {
            return chunks();
        }
        String length = fields.getOrDefault("content-length", "");
        return length.isEmpty() ? in.readAllBytes() : exactly(Integer.parseInt(length));
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int length = chunk(); length > 0; length = chunk()) {
            all.writeBytes(exactly(length));
            line();
        }
        line();
        return all.toByteArray();
    }

    private int chunk() throws IOException {
        return Integer.parseInt(line(), 16);
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the response ended after " + bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the connection was closed before the response was complete");
            }
            line.append((char) c);
        }
        return line.toString().strip();
    }

    /** Whether the server has said that it takes no more requests here. */
    public boolean isClosedByServer() {
        return closedByServer;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            Report.progress("a connection could not be closed: " + e);
        }
    }
}
