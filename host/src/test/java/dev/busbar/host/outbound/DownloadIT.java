package dev.busbar.host.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses of a server that sends whatever bytes the test wants. */
final class DownloadIT {
    private static final AddressGuard LOOPBACK = new AddressGuard(true, true);
    private static final int MAX_BYTES = 10;

    private final AtomicInteger requests = new AtomicInteger();
    private ServerSocket server;

    @BeforeEach
    void open() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private Download download(AddressGuard guard, Duration read) throws Exception {
        OutboundHttp http = new OutboundHttp(
                guard, SSLContext.getDefault(), new OutboundHttp.Timeouts(Duration.ofSeconds(10), read));
        return http.download(URI.create("http://127.0.0.1:" + server.getLocalPort() + "/keys"), "*/*", MAX_BYTES);
    }

    /** Sends the bytes to everybody who connects, and ends the connection. */
    private void answer(String response) {
        Thread thread = new Thread(() -> {
            try {
                while (true) {
                    try (Socket socket = server.accept()) {
                        requests.incrementAndGet();
                        readHead(socket.getInputStream());
                        socket.getOutputStream().write(response.getBytes(StandardCharsets.ISO_8859_1));
                        socket.getOutputStream().flush();
                        socket.shutdownOutput();
                        socket.getInputStream().readAllBytes();
                    } catch (java.net.SocketException reset) {
                        if (server.isClosed()) {
                            return;
                        }
                    }
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static void readHead(InputStream in) throws IOException {
        for (int newlines = 0; newlines < 2; ) {
            int octet = in.read();
            newlines = octet == '\n' ? newlines + 1 : octet == '\r' ? newlines : 0;
            if (octet < 0) {
                return;
            }
        }
    }

    private String body(String response) throws Exception {
        answer(response.replace("|", "\r\n"));
        return new String(download(LOOPBACK, Duration.ofSeconds(10)).fetch(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK|Content-Length: 5||hello",
                "HTTP/1.1 200|content-length:5||hello and more",
                "HTTP/1.0 200 OK||hello",
                "HTTP/1.1 200 OK|Transfer-Encoding: chunked||2;x=y|he|3|llo|0||",
                "HTTP/1.1 200 OK|X: 1|X: 2|Content-Encoding: identity||hello"
            })
    void a_plain_response_is_read(String response) throws Exception {
        assertThat(body(response)).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 20",
                "HTTP/2 200||hello",
                "SSH-2.0||hello",
                "HTTP/1.1 204 None||",
                "HTTP/1.1 206 Part|Content-Length: 5||hello",
                "HTTP/1.1 302 Found|Location: http://127.0.0.1/||",
                "HTTP/1.1 500 Oh||hello",
                "HTTP/1.1 200 OK|Content-Length: 6||hello",
                "HTTP/1.1 200 OK|Content-Length: 11||hello world",
                "HTTP/1.1 200 OK||hello world",
                "HTTP/1.1 200 OK|Content-Length: -1||hello",
                "HTTP/1.1 200 OK|Content-Length: 99999999999||hello",
                "HTTP/1.1 200 OK|Content-Length: 5|Content-Length: 5||hello",
                "HTTP/1.1 200 OK|Content-Length: 5|Transfer-Encoding: chunked||5|hello|0||",
                "HTTP/1.1 200 OK|Transfer-Encoding: gzip, chunked||5|hello|0||",
                "HTTP/1.1 200 OK|Transfer-Encoding: chunked||x|hello|0||",
                "HTTP/1.1 200 OK|Transfer-Encoding: chunked||fffffff|hello|0||",
                "HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|hello5|world|0||",
                "HTTP/1.1 200 OK|Transfer-Encoding: chunked||6|hello |5|world|0||",
                "HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|hello|",
                "HTTP/1.1 200 OK|Content-Encoding: gzip||hello",
                "HTTP/1.1 200 OK|no colon||hello"
            })
    void anything_else_is_refused(String response) {
        assertThatIOException().isThrownBy(() -> body(response));
    }

    @ParameterizedTest
    @ValueSource(strings = {"X: ", "X"})
    void a_header_without_end_is_refused(String start) {
        assertThatIOException().isThrownBy(() -> body("HTTP/1.1 200 OK|" + start + "y".repeat(20_000)));
    }

    @Test
    void a_head_that_breaks_off_has_no_body() throws Exception {
        assertThat(body("HTTP/1.1 200 OK|Content-Type: application/json")).isEmpty();
    }

    @Test
    void headers_without_end_are_refused() {
        assertThatIOException().isThrownBy(() -> body("HTTP/1.1 200 OK|" + "X: y|".repeat(1_000) + "|hello"));
    }

    @Test
    void no_redirect_is_followed_and_nothing_is_retried() {
        String there = "http://127.0.0.1:" + server.getLocalPort() + "/other";

        assertThatIOException()
                .isThrownBy(() -> body("HTTP/1.1 302 Found|Location: " + there + "|Content-Length: 0||"))
                .withMessageContaining("302");
        assertThat(requests).hasValue(1);
    }

    @Test
    void an_address_that_is_not_permitted_is_not_connected_to() throws Exception {
        answer("HTTP/1.1 200 OK\r\n\r\nhello");
        Download download = download(new AddressGuard(false, false), Duration.ofSeconds(10));

        assertThatIOException().isThrownBy(download::fetch).withMessageContaining("must not be connected to");
        assertThat(requests).hasValue(0);
    }

    @Test
    void a_server_that_stays_silent_is_given_up() throws Exception {
        Download download = download(LOOPBACK, Duration.ofMillis(100)); // the kernel accepts, nobody answers

        assertThatIOException().isThrownBy(download::fetch).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void a_fetch_can_be_aborted_from_another_thread() throws Exception {
        Download download = download(LOOPBACK, Duration.ofMinutes(5));
        CompletableFuture<byte[]> fetched = CompletableFuture.supplyAsync(() -> {
            try {
                return download.fetch();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        try (Socket socket = server.accept()) {
            readHead(socket.getInputStream());
            download.abort();

            assertThat(fetched)
                    .failsWithin(10, TimeUnit.SECONDS)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(java.io.UncheckedIOException.class);
        }
        download.abort();
    }
}
