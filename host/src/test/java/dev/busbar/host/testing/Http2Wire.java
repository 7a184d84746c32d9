package dev.busbar.host.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * An HTTP/2 connection over TLS with handwritten frames (RFC 9113 section 4). Frames are sent together before the next read: unread data would make the peer reset the connection on close, and its last frame would be lost. Used by one thread.
 */
public final class Http2Wire implements AutoCloseable {
    /** Kinds of frames. */
    public static final int DATA = 0;

    public static final int HEADERS = 1;
    public static final int PRIORITY = 2;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int CONTINUATION = 9;
    /** Flags. */
    public static final int END_STREAM = 1;

    public static final int END_HEADERS = 4;

    private static final int TIMEOUT_MILLIS = 15_000;
    private static final int BUFFER_BYTES = 16_000; // one record of TLS
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private final SSLSocket socket;
    private final DataInputStream in;
    private final OutputStream out;

    /** A received frame. */
    public record Frame(int type, int flags, int stream, byte[] payload) {
        /** The code of a GOAWAY frame. */
        public int errorCode() {
            return ByteBuffer.wrap(payload).getInt(4);
        }
    }

    private Http2Wire(SSLSocket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
        this.out = new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES);
    }

    /** Connects to a port of loopback, agrees on HTTP/2 and sends the preface. */
    public static Http2Wire to(SSLContext context, int port) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        if (!"h2".equals(socket.getApplicationProtocol())) {
            throw new IOException("agreed on \"" + socket.getApplicationProtocol() + "\"");
        }
        Http2Wire wire = new Http2Wire(socket);
        wire.out.write(PREFACE.getBytes(ISO_8859_1));
        return wire.frame(SETTINGS, 0, 0, new byte[0]);
    }

    /** Sends a frame. */
    public Http2Wire frame(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
        frame.putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload);
        out.write(frame.array());
        return this;
    }

    /** The header block of a GET, without compression (RFC 7541). */
    public static byte[] get(String authority, String path) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0x82); // :method GET
        block.write(0x87); // :scheme https
        literal(block, 4, path);
        literal(block, 1, authority);
        return block.toByteArray();
    }

    /** A header block of names and values in turn, without compression (RFC 7541 section 6.2.2). */
    public static byte[] block(String... namesAndValues) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            block.write(0);
            text(block, namesAndValues[i]);
            text(block, namesAndValues[i + 1]);
        }
        return block.toByteArray();
    }

    private static void text(ByteArrayOutputStream block, String text) {
        int left = text.length();
        block.write(Math.min(left, 127));
        if (left >= 127) {
            for (left -= 127; left >= 128; left >>>= 7) {
                block.write(left & 127 | 128);
            }
            block.write(left);
        }
        block.writeBytes(text.getBytes(ISO_8859_1));
    }

    /** The header block of a POST without credentials. */
    public static byte[] post(String authority, String path) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0x83); // :method POST
        block.write(0x87); // :scheme https
        literal(block, 4, path);
        literal(block, 1, authority);
        return block.toByteArray();
    }

    private static void literal(ByteArrayOutputStream block, int name, String value) {
        block.write(name);
        block.write(value.length());
        block.writeBytes(value.getBytes(ISO_8859_1));
    }

    /** Reads one frame. */
    public Frame read() throws IOException {
        out.flush();
        int head = in.readInt();
        byte[] payload = new byte[head >>> 8];
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        in.readFully(payload);
        return new Frame(head & 0xff, flags, stream, payload);
    }

    /** Reads up to the first frame of a type. */
    public Frame read(int type) throws IOException {
        Frame frame = read();
        while (frame.type() != type) {
            frame = read();
        }
        return frame;
    }

    /** Whether the peer closes; remaining frames are skipped. */
    public boolean ends() throws IOException {
        try {
            while (true) {
                read();
            }
        } catch (EOFException | SocketException closed) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
