package dev.busbar.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.testing.TestHost;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that send one request behind the other without end do not keep the threads that read from all. */
final class PipeliningIT {
    private static final byte[] REQUESTS =
            "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(1000).getBytes(StandardCharsets.US_ASCII);
    private static final int PROBES = 20;

    /** One that sends and reads on two threads until it is closed. */
    private static final class Flood implements AutoCloseable {
        private final Socket socket;
        private final Thread sending;
        private final Thread reading;
        private final CountDownLatch served = new CountDownLatch(1);

        Flood(int port) throws IOException {
            socket = new Socket("localhost", port);
            sending = new Thread(this::send);
            reading = new Thread(this::read);
            sending.start();
            reading.start();
        }

        private void send() {
            try {
                OutputStream out = socket.getOutputStream();
                while (!socket.isClosed()) {
                    out.write(REQUESTS);
                }
            } catch (IOException closed) {
                served.countDown();
            }
        }

        private void read() {
            byte[] buffer = new byte[1 << 16];
            try {
                InputStream in = socket.getInputStream();
                while (in.read(buffer) >= 0) {
                    served.countDown();
                }
            } catch (IOException closed) {
                served.countDown();
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
            try {
                sending.join();
                reading.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void who_pipelines_without_end_leaves_others_their_turn(@TempDir Path data) throws Exception {
        try (TestHost host = TestHost.start(data)) {
            List<Flood> floods = new ArrayList<>();
            try {
                for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
                    floods.add(new Flood(host.uri("/").getPort()));
                }
                for (Flood flood : floods) {
                    assertThat(flood.served.await(20, TimeUnit.SECONDS)).isTrue();
                }
                for (int i = 0; i < PROBES; i++) {
                    HttpClient client = HttpClient.newHttpClient();
                    HttpResponse<String> answer = client.send(
                            HttpRequest.newBuilder(host.uri("/health/live"))
                                    .timeout(Duration.ofSeconds(10))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
                    assertThat(answer.statusCode()).isEqualTo(200);
                }
                assertThat(floods).allMatch(flood -> !flood.socket.isClosed());
            } finally {
                for (Flood flood : floods) {
                    flood.close();
                }
            }
        }
    }
}
