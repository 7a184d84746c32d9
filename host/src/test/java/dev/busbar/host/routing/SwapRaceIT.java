package dev.busbar.host.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.TestHost;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real host under load, whose plugin is swapped repeatedly and reports an entry after its close. */
@Tag("race")
final class SwapRaceIT {
    private static final int SWAPS = 12;
    private static final String VIOLATION = "test.enteredAfterClose";

    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicInteger served = new AtomicInteger();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
        System.clearProperty(VIOLATION);
    }

    private static PluginJar version(int number) {
        return PluginJar.named("billing")
                .version("1.0." + number)
                .members("""
                private static volatile boolean closed;

                @Override
                public void close() {
                    closed = true;
                }

                private static Response answer(Request request) throws Exception {
                    check();
                    request.body().transferTo(OutputStream.nullOutputStream());
                    Thread.yield();
                    check();
                    return Response.text("%d");
                }

                private static Response stuck(Request request) {
                    check();
                    while (!Thread.currentThread().isInterrupted()) {
                        Thread.onSpinWait();
                    }
                    return Response.text("late");
                }

                private static void check() {
                    if (closed) {
                        System.setProperty("%s", "generation %d");
                    }
                }
                """.formatted(number, VIOLATION, number))
                .route("Route.get(\"/bills\", TestPlatform::answer).access(Access.PUBLIC)")
                .route("Route.post(\"/bills\", TestPlatform::answer).access(Access.PUBLIC)")
                .route(
                        "Route.get(\"/stuck\", TestPlatform::stuck).access(Access.PUBLIC).deadline(Duration.ofMillis(50))");
    }

    @Test
    void no_request_fails_and_no_plugin_code_is_entered_after_close_while_real_jars_are_swapped(@TempDir Path data)
            throws Exception {
        try (TestHost host = TestHost.start(data)) {
            assertThat(host.install(version(0)).statusCode()).isEqualTo(200);
            List<Future<?>> running = new ArrayList<>();
            running.add(threads.submit(
                    client(host, 200, host.request("/api/billing/bills").GET())));
            running.add(threads.submit(client(
                    host,
                    200,
                    host.request("/api/billing/bills").POST(HttpRequest.BodyPublishers.ofByteArray(new byte[4096])))));
            running.add(threads.submit(
                    client(host, 504, host.request("/api/billing/stuck").GET())));

            for (int i = 1; i <= SWAPS; i++) {
                int before = served.get();
                assertThat(host.install(version(i)).statusCode()).isEqualTo(200);
                while (served.get() < before + 5) {
                    Thread.onSpinWait();
                }
            }
            stop.set(true);
            for (Future<?> one : running) {
                one.get(30, TimeUnit.SECONDS);
            }

            assertThat(failures).isEmpty();
            assertThat(System.getProperty(VIOLATION)).isNull();
            assertThat(host.get("/api/billing/bills").body()).isEqualTo(String.valueOf(SWAPS));
        }
    }

    private Callable<Void> client(TestHost host, int expected, HttpRequest.Builder builder) {
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(threads)
                .build();
        HttpRequest request = builder.build();
        return () -> {
            while (!stop.get()) {
                HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() != expected) {
                    failures.add(request.uri() + ": " + answer.statusCode() + " " + answer.body());
                }
                served.incrementAndGet();
            }
            return null;
        };
    }
}
