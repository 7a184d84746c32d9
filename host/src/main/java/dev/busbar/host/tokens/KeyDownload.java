package dev.busbar.host.tokens;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A key set at a URL. The connection goes to the very address that was checked, with the host's name for TLS alone: the
 * HTTP clients of the JDK look the name up once more, and a name can mean something else by then. So this speaks the
 * little HTTP that is needed by itself: one GET, no redirects, no proxy, no cookies, nothing kept open. Fetched by one
 * thread at a time; ended by any.
 */
final class KeyDownload implements KeyFetch {
    private static final int CONNECT_MILLIS = 3_000;
    private static final int READ_MILLIS = 3_000;

    private final URI uri;
    private final AddressGuard guard;
    private final SSLSocketFactory tls;
    private final AtomicReference<@Nullable Socket> open = new AtomicReference<>();

    KeyDownload(URI uri, AddressGuard guard, SSLSocketFactory tls) {
        this.uri = uri;
        this.guard = guard;
        this.tls = tls;
    }

    @Override
    public byte[] fetch() throws IOException {
        List<InetAddress> addresses = guard.check(InetAddress.getAllByName(uri.getHost()));
        if (addresses.isEmpty()) {
            throw new IOException(uri.getHost() + " has an address that must not be connected to");
        }
        try (Socket plain = new Socket()) {
            open.set(plain);
            plain.connect(new InetSocketAddress(addresses.get(0), port()), CONNECT_MILLIS);
            plain.setSoTimeout(READ_MILLIS);
            return isEncrypted() ? encrypted(plain) : exchange(plain);
        } finally {
            open.set(null);
        }
    }

    private byte[] encrypted(Socket plain) throws IOException {
        try (SSLSocket socket = (SSLSocket) tls.createSocket(plain, name(), port(), true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return exchange(socket);
        }
    }

    private byte[] exchange(Socket socket) throws IOException {
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String host = uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
        String head = "GET " + path + query + " HTTP/1.1\r\nHost: " + host
                + "\r\nAccept: application/jwk-set+json, application/json\r\nAccept-Encoding: identity"
                + "\r\nUser-Agent: busbar\r\nConnection: close\r\n\r\n";
        OutputStream out = socket.getOutputStream();
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.flush();
        return new PlainAnswer(new BufferedInputStream(socket.getInputStream())).body(KeySet.LARGEST);
    }

    private boolean isEncrypted() {
        return "https".equals(uri.getScheme());
    }

    private int port() {
        return uri.getPort() > 0 ? uri.getPort() : isEncrypted() ? 443 : 80;
    }

    /** As certificates have it, without the brackets of an IPv6 address. */
    private String name() {
        return uri.getHost().replace("[", "").replace("]", "");
    }

    @Override
    public void abort() {
        Socket socket = open.get();
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new IllegalStateException("closing a socket does not fail", e);
            }
        }
    }
}
