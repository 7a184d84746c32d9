package dev.busbar.host.lifecycle;

import static dev.busbar.host.testing.Jars.answer;
import static dev.busbar.host.testing.Jars.answering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.ReceiptFile;
import dev.busbar.host.testing.TestHost;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Failed starts: each has a reason of its own, and the previous version continues to serve. */
final class FailedStartIT {
    @RegisterExtension
    static final HostExtension HOSTS =
            new HostExtension("--swap.startLimit=500ms", "--swap.closeLimit=300ms", "--swap.retryFirst=200ms");

    private static final PluginJar BAD = PluginJar.named("billing").version("2.0.0");

    private TestHost host;

    @BeforeEach
    void begin() {
        host = HOSTS.host();
    }

    private static PluginJar checked(String probe) {
        return BAD.members("@Override public List<HealthCheck> healthChecks() {"
                + " return List.of(HealthCheck.of(\"database\", () -> { " + probe + " })); }");
    }

    private static PluginJar starting(String body) {
        return BAD.members("@Override public void start(PlatformContext context) throws Exception { " + body + " }");
    }

    static Stream<Arguments> badPlugins() {
        return Stream.of(
                Arguments.of("start throws", starting("throw new IOException(\"no disk\");"), "no disk"),
                Arguments.of("start throws an error", starting("throw new AssertionError(\"odd\");"), "odd"),
                Arguments.of(
                        "start throws with a cause",
                        starting("throw new IllegalStateException(\"cannot open the pool\","
                                + " new java.net.ConnectException(\"Connection refused\"));"),
                        "; caused by java.net.ConnectException: Connection refused"),
                Arguments.of(
                        "start hangs",
                        starting("new CountDownLatch(1).await();"),
                        "not done within PT0.5S (swap.startLimit); it is at "),
                Arguments.of(
                        "start hangs somewhere",
                        starting("new CountDownLatch(1).await();"),
                        ", called at testplugin.TestPlatform.start(TestPlatform.java:"),
                Arguments.of(
                        "start hangs and cannot be interrupted for a while",
                        starting("long end = System.nanoTime() + 700_000_000L;"
                                + " while (System.nanoTime() < end) { Thread.onSpinWait(); }"),
                        "not done within PT0.5S"),
                Arguments.of(
                        "constructor throws",
                        BAD.members("public TestPlatform() { throw new IllegalStateException(\"no luck\"); }"),
                        "no luck"),
                Arguments.of(
                        "static initializer throws",
                        BAD.members("static final int X = Integer.parseInt(\"x\");"),
                        "static initializer"),
                Arguments.of(
                        "static initializer throws an error",
                        BAD.members("static { if (true) { throw new AssertionError(\"never\"); } }"),
                        "never"),
                Arguments.of(
                        "routes throws",
                        BAD.route("Optional.<Route>empty().orElseThrow(() -> new IllegalStateException(\"none\"))"),
                        "none"),
                Arguments.of(
                        "a route twice",
                        BAD.route(answer("/a/{x}", "\"\"")).route(answer("/a/{y}", "\"\"")),
                        "declared twice"),
                Arguments.of(
                        "a route without access",
                        BAD.route("Route.get(\"/a\", r -> Response.text(\"\"))"),
                        "route GET /a declares no access"),
                Arguments.of("a route with a bad template", BAD.route(answer("/a/{b", "\"\"")), "{b"),
                Arguments.of(
                        "health check fails",
                        checked("return HealthCheck.Health.fail(\"no database\");"),
                        "health check \"database\" failed: no database"),
                Arguments.of(
                        "health check throws",
                        checked("throw new IOException(\"cut\");"),
                        "health check \"database\" threw java.io.IOException: cut"),
                Arguments.of(
                        "health check answers nothing", checked("return null;"), "health check \"database\" failed"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badPlugins")
    void a_bad_version_leaves_the_good_one_serving(String name, PluginJar bad, String reason) throws Exception {
        host.install(answering("billing", "1.0.0"));
        long generation = HOSTS.plugins().find("billing").orElseThrow().generation();

        HttpResponse<String> refused = host.install(bad);

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
        assertThat(refused.body().replace("\\\"", "\"")).contains("plugin-failed", reason);
        assertThat(host.get("/api/billing").body()).isEqualTo("1.0.0");
        assertThat(HOSTS.plugins().find("billing").orElseThrow().generation()).isEqualTo(generation);
        assertThat(host.change("billing", "reload").statusCode()).isEqualTo(200);
    }

    @Test
    void a_first_version_that_does_not_start_is_shown_with_the_reason() throws Exception {
        host.install(starting("throw new IOException(\"no disk\");"));

        PluginView shown = HOSTS.plugins().find("billing").orElseThrow();
        assertThat(shown.state()).isEqualTo(PluginState.FAILED);
        assertThat(shown.reason()).hasValueSatisfying(why -> assertThat(why).contains("no disk"));
        assertThat(host.get("/api/billing").statusCode()).isEqualTo(503);
        assertThat(host.get("/api/billing").body())
                .contains("it could not be started")
                .doesNotContain("disk");
    }

    static Stream<PluginJar> jarsThatNoRetryCanFix() {
        return Stream.of(
                BAD.route("Route.get(\"/a\", r -> Response.text(\"\"))"),
                BAD.route(answer("/a/{x}", "\"\"")).route(answer("/a/{y}", "\"\"")),
                BAD.route(answer("users/:id", "\"\"")),
                BAD.source("Body", "public class Body { public Body(String a, int b) { } }")
                        .route(
                                "Route.post(\"/a\", Body.class, (r, body) -> Response.text(\"\")).access(Access.PUBLIC)"),
                BAD.members("public void start(PlatformContext context) { throw new NoClassDefFoundError(\"x\"); }"));
    }

    @ParameterizedTest
    @MethodSource("jarsThatNoRetryCanFix")
    void a_jar_that_no_retry_can_fix_is_started_once(PluginJar jar) {
        Path file = jar.write(HOSTS.folder().resolve("billing.jar"));

        ReceiptFile.await(file, "FAILED", "; it is not retried, since the same jar");

        String sha256 = HOSTS.plugins().find("billing").orElseThrow().sha256();
        assertThat(HOSTS.plugins().generations("billing"))
                .filteredOn(generation -> generation.sha256().equals(sha256))
                .hasSize(1);
    }

    static Stream<PluginJar> jarsThatMayStartLater() {
        return Stream.of(
                starting("throw new IOException(\"no disk\");"),
                starting("throw new NoClassDefFoundError(\"testplugin/TestPlatform\");"), // the jar has it
                starting("Route.get(\"as read from elsewhere\", r -> Response.text(\"\"));"));
    }

    @ParameterizedTest
    @MethodSource("jarsThatMayStartLater")
    void a_start_that_may_succeed_later_is_retried(PluginJar jar) {
        Path file = jar.write(HOSTS.folder().resolve("billing.jar"));

        ReceiptFile.await(file, "FAILED", "; version 2.0.0 is retried in");
    }

    @Test
    void a_retry_that_fails_for_good_is_the_last_one() {
        String property = "busbar.test.started";
        System.clearProperty(property);
        Path file = starting("if (System.setProperty(\"" + property + "\", \"yes\") == null) {"
                        + " throw new IOException(\"no disk\"); } throw new NoClassDefFoundError(\"x\");")
                .write(HOSTS.folder().resolve("billing.jar"));

        ReceiptFile.await(file, "FAILED", "; it is not retried, since the same jar");
    }

    @Test
    void a_first_version_that_did_not_start_can_be_removed() throws Exception {
        host.install(starting("throw new IOException(\"no disk\");"));

        assertThat(host.remove("billing").statusCode()).isEqualTo(204);

        assertThat(host.get("/api/billing").statusCode()).isEqualTo(404);
        assertThat(HOSTS.plugins().list()).isEmpty();
    }

    @Test
    void a_first_version_that_did_not_start_is_followed_by_any_that_does() throws Exception {
        host.install(starting("throw new IOException(\"no disk\");"));

        assertThat(host.install(answering("billing", "1.0.0")).statusCode()).isEqualTo(200);

        assertThat(host.get("/api/billing").body()).isEqualTo("1.0.0");
    }

    @Test
    void a_start_that_hangs_does_not_delay_another_platform() throws Exception {
        byte[] first = answering("shipping", "1.0.0").bytes();
        byte[] second = answering("shipping", "1.1.0").bytes();
        CompletableFuture<PluginView> hanging =
                begin(starting("new CountDownLatch(1).await();").bytes());

        begin(first).join();
        begin(second).join();
        assertThat(hanging).isNotDone();

        assertThat(host.get("/api/shipping").body()).isEqualTo("1.1.0");
        assertThat(hanging.handle((view, failure) -> failure).join()).isInstanceOf(ChangeRefusedException.class);
    }

    private static CompletableFuture<PluginView> begin(byte[] jar) throws IOException {
        return HOSTS.plugins()
                .by(Actor.HOST)
                .install(new ByteArrayInputStream(jar), Optional.empty(), Consent.NONE, () -> {});
    }

    @Test
    void what_failed_is_closed_so_that_it_can_give_back_what_it_took() throws Exception {
        String property = "busbar.test.closed";
        System.clearProperty(property);

        host.install(starting("throw new IOException(\"no disk\");")
                .members("@Override public void close() { System.setProperty(\"" + property + "\", \"yes\"); }"));

        await().untilAsserted(() -> assertThat(System.getProperty(property)).isEqualTo("yes"));
    }

    @Test
    void a_close_that_throws_or_hangs_does_not_keep_a_swap_from_its_end() throws Exception {
        host.install(answering("billing", "1.0.0")
                .members("@Override public void close() throws Exception { throw new IOException(\"stuck\"); }"));
        host.install(answering("billing", "2.0.0")
                .members("@Override public void close() throws Exception { new CountDownLatch(1).await(); }"));

        assertThat(host.install(answering("billing", "3.0.0")).statusCode()).isEqualTo(200);

        assertThat(host.get("/api/billing").body()).isEqualTo("3.0.0");
    }
}
