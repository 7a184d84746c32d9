package dev.busbar.host.lifecycle;

import static dev.busbar.host.testing.Jars.answer;
import static dev.busbar.host.testing.Jars.answering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.TestHost;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handlers that never return, as their clients, other platforms and a maintainer see them. */
final class StuckHandlerIT {
    @RegisterExtension
    static final HostExtension HOSTS = new HostExtension("--swap.drainMargin=100ms", "--swap.closeLimit=500ms");

    private static final String LET_GO = "busbar.test.letGo";
    private static final long DEADLINE_MILLIS = 300;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private TestHost host;

    @BeforeEach
    void begin() {
        System.clearProperty(LET_GO);
        host = HOSTS.host();
    }

    /** The stuck handlers end when the test says so, however it ended: no thread is left burning a core. */
    @AfterEach
    void letGo() {
        System.setProperty(LET_GO, "yes");
    }

    private static PluginJar stuck(String version) {
        return answering("stuck", version)
                .members("static boolean go() { return System.getProperty(\"" + LET_GO + "\") != null; }")
                .members(
                        "static Response spin() { while (!go()) { Thread.onSpinWait(); } return Response.text(\"\"); }")
                .members("static Response sleep() { while (!go()) { try { Thread.sleep(20); }"
                        + " catch (InterruptedException e) { } } return Response.text(\"\"); }")
                .route(route("/spin", "spin()"))
                .route(route("/sleep", "sleep()"))
                .route(route("/fails", "fail()"))
                .members("static Response fail() throws Exception { throw new IOException(\"late\"); }");
    }

    private static String route(String path, String expression) {
        return "Route.get(\"" + path + "\", r -> " + expression + ").access(Access.PUBLIC)"
                + ".deadline(Duration.ofMillis(" + DEADLINE_MILLIS + "))";
    }

    private CompletableFuture<HttpResponse<String>> call(String path) {
        return client.sendAsync(HttpRequest.newBuilder(host.uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode generation(int index) throws Exception {
        return JSON.readTree(host.get("/admin/plugins/stuck/generations").body())
                .get(index);
    }

    @ParameterizedTest
    @ValueSource(strings = {"spin", "sleep"})
    void a_client_gets_504_soon_after_the_deadline(String path) throws Exception {
        host.install(stuck("1.0.0"));
        host.get("/api/stuck");

        // The bound is the host's; a machine that is busy with something else gets another try.
        long tookMillis = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 3 && tookMillis > DEADLINE_MILLIS + 250; attempt++) {
            tookMillis = millisUntil504(path);
        }

        assertThat(tookMillis).isBetween(DEADLINE_MILLIS, DEADLINE_MILLIS + 250);
    }

    private long millisUntil504(String path) {
        long begun = System.nanoTime();
        HttpResponse<String> answer = call("/api/stuck/" + path).join();
        long tookMillis = (System.nanoTime() - begun) / 1_000_000;
        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("platform-timeout", "\"platform\":\"stuck\"");
        return tookMillis;
    }

    @ParameterizedTest
    @ValueSource(strings = {"spin", "sleep"})
    void a_stuck_call_is_shown_with_its_stack_until_it_comes_back(String path) throws Exception {
        host.install(stuck("1.0.0"));
        call("/api/stuck/" + path).join();

        JsonNode shown = generation(0).path("running").get(0);

        assertThat(shown.path("label").asText()).isEqualTo("GET /" + path);
        assertThat(shown.path("overdueMillis").asLong()).isNotNegative();
        assertThat(shown.path("stack").toString()).contains("testplugin.TestPlatform." + path);
        assertThat(generation(0).path("inside").asInt()).isEqualTo(1);
        letGo();
        await().untilAsserted(() ->
                assertThat(generation(0).path("running").isEmpty()).isTrue());
    }

    @Test
    void another_platform_under_load_has_no_error() throws Exception {
        host.install(stuck("1.0.0"));
        host.install(answering("well", "1.0.0"));
        Queue<String> failures = new ConcurrentLinkedQueue<>();
        AtomicInteger served = new AtomicInteger();
        AtomicBoolean stop = new AtomicBoolean();
        List<CompletableFuture<Void>> load = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            load.add(CompletableFuture.runAsync(() -> {
                while (!stop.get()) {
                    HttpResponse<String> answer = call("/api/well").join();
                    served.incrementAndGet();
                    if (answer.statusCode() != 200) {
                        failures.add(answer.toString());
                    }
                }
            }));
        }

        CompletableFuture<HttpResponse<String>> spinning = call("/api/stuck/spin");
        CompletableFuture<HttpResponse<String>> sleeping = call("/api/stuck/sleep");
        assertThat(spinning.join().statusCode()).isEqualTo(504);
        assertThat(sleeping.join().statusCode()).isEqualTo(504);
        stop.set(true);
        load.forEach(CompletableFuture::join);

        assertThat(failures).isEmpty();
        assertThat(served).hasPositiveValue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"spin", "sleep"})
    void a_swap_continues_and_the_drain_limit_ends_the_wait(String path) throws Exception {
        host.install(stuck("1.0.0").route(answer("/other", "\"1\"")));
        call("/api/stuck/" + path).join();

        HttpResponse<String> swapped = host.install(answering("stuck", "2.0.0"));

        assertThat(swapped.statusCode()).as(swapped.body()).isEqualTo(200);
        assertThat(host.get("/api/stuck").body()).isEqualTo("2.0.0");
        assertThat(generation(1).path("state").asText()).isIn("DRAINING", "RETIRED");
        // the route with the default deadline of 10 s is what the drain limit has to wait for at most
        letGo();
        await().atMost(Duration.ofSeconds(12))
                .untilAsserted(
                        () -> assertThat(generation(1).path("state").asText()).isEqualTo("RETIRED"));
    }

    @Test
    void the_drain_limit_forces_a_generation_out_and_names_the_thread_that_holds_it() throws Exception {
        host.install(PluginJar.named("stuck")
                .members("static boolean go() { return System.getProperty(\"" + LET_GO + "\") != null; }")
                .members(
                        "static Response spin() { while (!go()) { Thread.onSpinWait(); } return Response.text(\"\"); }")
                .route(route("/spin", "spin()")));
        call("/api/stuck/spin").join();

        host.install(answering("stuck", "2.0.0"));

        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(
                        () -> assertThat(generation(1).path("state").asText()).isEqualTo("RETIRED"));
        assertThat(generation(1).path("unload").path("collected").asBoolean()).isFalse();
        await("a collection that spares it").untilAsserted(() -> {
            System.gc();
            assertThat(generation(1).path("unload").path("suspects").toString()).contains("thread stuck#");
        });
        assertThat(generation(1).path("running").get(0).path("stack").toString())
                .contains("TestPlatform.spin");
    }

    @Test
    void a_disabled_plugin_with_a_stuck_call_answers_503_at_once() throws Exception {
        host.install(stuck("1.0.0"));
        call("/api/stuck/spin").join();

        assertThat(host.change("stuck", "disable").statusCode()).isEqualTo(200);

        assertThat(host.get("/api/stuck").statusCode()).isEqualTo(503);
    }

    @Test
    void calls_that_wait_behind_a_stuck_one_are_answered_and_hold_nothing() throws Exception {
        HOSTS.host();
        List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
        host.install(stuck("1.0.0"));
        for (int i = 0; i < 80; i++) {
            calls.add(call("/api/stuck/sleep"));
        }

        assertThat(calls)
                .allSatisfy(call -> assertThat(call.join().statusCode()).isEqualTo(504));
        assertThat(generation(0).path("inside").asInt()).isLessThanOrEqualTo(64);

        letGo();
        await().untilAsserted(
                        () -> assertThat(generation(0).path("leases").asInt()).isZero());
    }
}
