package dev.busbar.host.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.PluginJar;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Exclusive handover: two generations must not run at once, so requests are suspended while one replaces the other. */
final class HandoverIT {
    @RegisterExtension
    final HostExtension hosts = new HostExtension("--swap.startLimit=3s");

    /** Holds a file as a lock from start to close, as a connection that two cannot have would be. */
    private PluginJar exclusive(String version, String afterLock) {
        return exclusive(version, afterLock, "Access.PUBLIC");
    }

    private PluginJar exclusive(String version, String afterLock, String access) {
        Path lock = hosts.data().resolve("only.one");
        return PluginJar.named("ledger")
                .version(version)
                .attribute("Busbar-Handover", "exclusive")
                .members("""
                        private static final java.nio.file.Path LOCK = java.nio.file.Path.of("%s");

                        public void start(PlatformContext context) throws Exception {
                            java.nio.file.Files.createFile(LOCK);
                            %s
                        }

                        public void close() throws IOException {
                            java.nio.file.Files.deleteIfExists(LOCK);
                        }
                        """.formatted(lock, afterLock))
                .route("Route.get(\"/\", r -> Response.text(\"" + version + "\")).access(" + access + ")")
                .route("Route.get(\"/brief\", r -> Response.text(\"" + version
                        + "\")).access(Access.PUBLIC).deadline(Duration.ofMillis(300))");
    }

    @Test
    void one_is_closed_before_the_other_starts_and_no_request_fails() throws Exception {
        hosts.host().install(exclusive("1.0.0", ""));
        AtomicBoolean done = new AtomicBoolean();
        List<String> answers = new CopyOnWriteArrayList<>();
        List<CompletableFuture<Void>> clients = new ArrayList<>();
        CountDownLatch running = new CountDownLatch(4);
        for (int i = 0; i < 4; i++) {
            clients.add(CompletableFuture.runAsync(() -> {
                running.countDown();
                while (!done.get()) {
                    answers.add(ask("/api/ledger"));
                }
            }));
        }
        running.await();

        for (String version : List.of("2.0.0", "3.0.0", "4.0.0")) {
            assertThat(hosts.host().install(exclusive(version, "")).statusCode())
                    .isEqualTo(200);
            assertThat(ask("/api/ledger")).isEqualTo("200 " + version);
        }

        done.set(true);
        CompletableFuture.allOf(clients.toArray(CompletableFuture[]::new)).join();
        assertThat(answers).isNotEmpty().allMatch(answer -> answer.startsWith("200 "));
    }

    @Test
    void the_one_before_comes_back_when_the_new_one_does_not_start() throws Exception {
        hosts.host().install(exclusive("1.0.0", ""));

        var refused = hosts.host().install(exclusive("2.0.0", "throw new IOException(\"no ledger\");"));

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("no ledger");
        assertThat(ask("/api/ledger")).isEqualTo("200 1.0.0");
        assertThat(hosts.plugins().find("ledger").orElseThrow().state()).isEqualTo(PluginState.ACTIVE);
    }

    @Test
    void a_request_waits_no_longer_than_its_deadline() throws Exception {
        hosts.host().install(exclusive("1.0.0", ""));
        Path gate = hosts.data().resolve("gate");
        CompletableFuture<HttpResponse<String>> swap = begin(exclusive("2.0.0", until(gate)));
        CompletableFuture<String> patient = CompletableFuture.supplyAsync(() -> ask("/api/ledger"));

        String brief = ask("/api/ledger/brief");
        Files.createFile(gate);

        assertThat(brief).startsWith("504 ").contains("platform-timeout", "still in its handover");
        assertThat(swap.join().statusCode()).isEqualTo(200);
        assertThat(patient.join()).isEqualTo("200 2.0.0");
    }

    @Test
    void a_request_that_waits_is_authenticated_once() throws Exception {
        hosts.host().install(exclusive("1.0.0", "", "Access.READ"));
        Path gate = hosts.data().resolve("gate");
        CompletableFuture<HttpResponse<String>> swap = begin(exclusive("2.0.0", until(gate), "Access.READ"));
        CompletableFuture<String> waiting = CompletableFuture.supplyAsync(() -> ask("/api/ledger"));
        awaitParked();

        double before = metric("busbar_auth_attempts_total{method=\"key\",outcome=\"success\"}");
        Files.createFile(gate);
        assertThat(swap.join().statusCode()).isEqualTo(200);
        assertThat(waiting.join()).isEqualTo("200 2.0.0");
        double after = metric("busbar_auth_attempts_total{method=\"key\",outcome=\"success\"}");

        assertThat(after - before)
                .as("attempts, of which one asked for this number")
                .isEqualTo(1);
    }

    @Test
    void a_route_that_has_become_private_meanwhile_asks_for_a_credential() throws Exception {
        hosts.host().install(exclusive("1.0.0", ""));
        Path gate = hosts.data().resolve("gate");
        CompletableFuture<HttpResponse<String>> swap = begin(exclusive("2.0.0", until(gate), "Access.READ"));
        URI route = hosts.host().uri("/api/ledger");
        CompletableFuture<HttpResponse<String>> waiting = HttpClient.newHttpClient()
                .sendAsync(HttpRequest.newBuilder(route).build(), HttpResponse.BodyHandlers.ofString());
        awaitParked();

        Files.createFile(gate);

        assertThat(swap.join().statusCode()).isEqualTo(200);
        assertThat(waiting.join().statusCode()).isEqualTo(401);
        assertThat(waiting.join().headers().firstValue("WWW-Authenticate")).isPresent();
        assertThat(waiting.join().headers().firstValue("Vary").orElse("")).contains("X-API-Key");
    }

    @Test
    void a_stream_is_cut_at_the_drain_limit() throws Exception {
        PluginJar streams = PluginJar.named("ledger")
                .attribute("Busbar-Handover", "exclusive")
                .route("Route.get(\"/feed\", r -> Response.stream(\"text/plain\", out -> {"
                        + " while (true) { out.write('x'); out.flush(); } }))"
                        + ".access(Access.PUBLIC).deadline(Duration.ofMillis(100))");
        hosts.host().install(streams.version("1.0.0"));
        HttpResponse<InputStream> feed = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(hosts.host().uri("/api/ledger/feed"))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertThat(feed.body().read()).isEqualTo('x');
        CompletableFuture<Void> end = CompletableFuture.runAsync(
                () -> assertThatThrownBy(() -> feed.body().transferTo(OutputStream.nullOutputStream()))
                        .isInstanceOf(IOException.class));

        assertThat(hosts.host().install(streams.version("2.0.0")).statusCode()).isEqualTo(200);

        end.get(5, TimeUnit.SECONDS);
        assertThat(hosts.plugins().generations("ledger").get(1).reason())
                .as("a fault of its close")
                .isEmpty();
    }

    private static String until(Path gate) {
        return "while (!java.nio.file.Files.exists(java.nio.file.Path.of(\"" + gate + "\"))) { Thread.onSpinWait(); }";
    }

    /** Installs a jar whose start waits; returns when it has begun to. */
    private CompletableFuture<HttpResponse<String>> begin(PluginJar jar) {
        CompletableFuture<HttpResponse<String>> swap = CompletableFuture.supplyAsync(() -> {
            try {
                return hosts.host().install(jar);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        await().until(() -> hosts.plugins().find("ledger").orElseThrow().state() == PluginState.STARTING);
        return swap;
    }

    private void awaitParked() {
        await().until(() -> metric("busbar_parked{reason=\"handover\"}") == 1);
    }

    private double metric(String series) throws Exception {
        return hosts.host()
                .get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .sum();
    }

    private String ask(String path) {
        try {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(hosts.host().request(path).GET().build(), HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        } catch (Exception e) {
            return "failed: " + e;
        }
    }
}
