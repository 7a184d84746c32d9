package dev.busbar.host.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests by POST to a server that responds as the test wants. */
final class PostIT {
    private static final byte[] BODY = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);

    private final AtomicInteger connections = new AtomicInteger();
    private final CompletableFuture<String> received = new CompletableFuture<>();
    private final CountDownLatch accepted = new CountDownLatch(1);
    private ServerSocket server;

    /** What the server does once it has read a request. */
    private interface Answer {
        void to(OutputStream out) throws IOException;
    }

    @BeforeEach
    void open() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private void answer(Answer answer) {
        Thread thread = new Thread(() -> {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    connections.incrementAndGet();
                    accepted.countDown();
                    received.complete(readRequest(socket.getInputStream()));
                    answer.to(socket.getOutputStream());
                } catch (IOException e) {
                    continue; // the client or the test has closed it
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static String readRequest(InputStream in) throws IOException {
        StringBuilder request = new StringBuilder();
        while (request.indexOf("\r\n\r\n") < 0) {
            request.append((char) in.read());
        }
        return request.append(new String(in.readNBytes(BODY.length), StandardCharsets.UTF_8))
                .toString();
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private Post post(AddressGuard guard, String host, Duration read) {
        OutboundHttp http = OutboundHttp.of(guard, new OutboundHttp.Timeouts(Duration.ofSeconds(10), read));
        URI uri = URI.create("http://" + host + ":" + server.getLocalPort() + "/hook?a=b");
        return http.post(uri, Map.of("webhook-id", "msg_1"), BODY);
    }

    private Post post() {
        return post(new AddressGuard(true, true), "127.0.0.1", Duration.ofSeconds(10));
    }

    @Test
    void the_request_is_sent_as_it_is_and_its_response_told() throws Exception {
        answer(out -> write(out, "HTTP/1.1 429 Slow|Retry-After: 7|Content-Length: 2||no"));

        Post.Received response = post().send();

        assertThat(response.status()).isEqualTo(429);
        assertThat(response.retryAfter()).contains("7");
        assertThat(response.start()).isEqualTo("no");
        assertThat(received.get(10, TimeUnit.SECONDS))
                .startsWith("POST /hook?a=b HTTP/1.1\r\n")
                .containsIgnoringCase("webhook-id: msg_1")
                .containsIgnoringCase("content-type: application/json")
                .endsWith("{\"a\":1}");
    }

    @Test
    void a_redirect_is_told_and_not_followed() throws Exception {
        answer(out -> write(
                out,
                "HTTP/1.1 307 There|Location: http://127.0.0.1:" + server.getLocalPort() + "/|Content-Length: 0||"));

        assertThat(post().send().status()).isEqualTo(307);
        assertThat(connections).hasValue(1);
    }

    @Test
    void a_response_without_end_is_cut() throws Exception {
        CompletableFuture<Long> written = new CompletableFuture<>();
        answer(out -> {
            write(out, "HTTP/1.1 200 OK|Content-Length: 1073741824||");
            byte[] block = new byte[1 << 16];
            long total = 0;
            try {
                while (total < 1L << 30) {
                    out.write(block);
                    total += block.length;
                }
            } finally {
                written.complete(total);
            }
        });

        assertThat(post().send().start()).hasSize(1_024);
        assertThat(written.get(30, TimeUnit.SECONDS)).isLessThan(1L << 28);
    }

    @Test
    void a_receiver_that_says_nothing_is_not_waited_for() {
        CountDownLatch end = new CountDownLatch(1);
        answer(out -> {
            try {
                boolean unused = end.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        assertThatIOException().isThrownBy(() -> post(new AddressGuard(true, true), "127.0.0.1", Duration.ofMillis(200))
                .send());
        end.countDown();
    }

    @Test
    void a_request_under_way_can_be_aborted() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        answer(out -> {
            try {
                boolean unused = end.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Post post = post();
        CompletableFuture<String> outcome = CompletableFuture.supplyAsync(() -> {
            try {
                return "status " + post.send().status();
            } catch (IOException e) {
                return "aborted";
            }
        });
        assertThat(accepted.await(10, TimeUnit.SECONDS)).isTrue();
        String unused = received.get(10, TimeUnit.SECONDS);

        post.abort();

        assertThat(outcome.get(10, TimeUnit.SECONDS)).isEqualTo("aborted");
        end.countDown();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]"})
    void an_address_of_the_host_itself_is_not_connected_to(String host) {
        answer(out -> write(out, "HTTP/1.1 200 OK|Content-Length: 0||"));

        assertThatIOException().isThrownBy(() -> post(new AddressGuard(false, false), host, Duration.ofSeconds(10))
                .send());
        assertThat(connections).hasValue(0);
    }
}
