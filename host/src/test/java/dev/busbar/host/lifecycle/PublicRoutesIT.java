package dev.busbar.host.lifecycle;

import static dev.busbar.host.testing.Jars.answer;
import static dev.busbar.host.testing.Jars.answering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.ReceiptFile;
import dev.busbar.host.testing.TestHost;
import dev.busbar.host.testing.TestSigner;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Public routes, and the operator's consent to them. */
final class PublicRoutesIT {
    private static final String GATE = "busbar.test.gate";
    private static final PluginJar ONE = answering("billing", "1.0.0");
    private static final PluginJar TWO = answering("billing", "2.0.0");
    private static final PluginJar WIDER = answering("billing", "3.0.0").route(answer("/more", "\"more\""));
    private static final PluginJar CLOSED = PluginJar.named("billing")
            .version("4.0.0")
            .route("Route.get(\"/\", r -> Response.text(\"4.0.0\")).access(Access.READ)");

    @RegisterExtension
    final HostExtension hosts = new HostExtension("--stop.delay=0s");

    @BeforeEach
    void production() throws Exception {
        environment("production", "");
    }

    private void environment(String name, String publicRoutes) throws Exception {
        Path conf = Files.createDirectories(hosts.data().resolve("conf"));
        Files.writeString(
                conf.resolve("busbar.yaml"),
                "env: " + name + "\ntrust:\n  signatures: off\n  publicRoutes: [" + publicRoutes + "]\n");
    }

    private Path drop(PluginJar jar) {
        return jar.write(hosts.folder().resolve("billing.jar"));
    }

    private void allow(String words) throws Exception {
        Files.writeString(hosts.folder().resolve("billing.jar.allow"), words);
    }

    private void serves(String version) {
        TestHost host = hosts.host();
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(host.get("/api/billing").body()).isEqualTo(version));
    }

    private HttpResponse<String> configure(String json) throws Exception {
        return hosts.host()
                .send(hosts.host()
                        .request("/admin/plugins/billing/config")
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(json)));
    }

    @Test
    void a_jar_with_public_routes_is_rejected_until_they_are_approved() throws Exception {
        hosts.host();
        Path jar = drop(ONE);
        ReceiptFile.await(jar, "REJECTED", "it would serve GET / to any client, which needs approval; approve it");
        assertThat(hosts.host().get("/api/billing").statusCode()).isEqualTo(503);
        assertThat(hosts.host().get("/admin/plugins/billing").body()).contains("REJECTED", "which needs approval");

        allow("public");

        serves("1.0.0");
        ReceiptFile.await(jar, "ACTIVE", "");
    }

    @Test
    void it_is_not_started_again_and_again_meanwhile() throws Exception {
        hosts.host();
        Path jar = drop(ONE);
        ReceiptFile.await(jar, "REJECTED", "which needs approval");

        CLOSED.attribute("Plugin-Id", "marker").write(hosts.folder().resolve("marker.jar"));

        await().untilAsserted(() -> assertThat(hosts.plugins().find("marker")).isPresent());
        assertThat(hosts.plugins().generations("billing")).hasSize(1);
        assertThat(ReceiptFile.of(jar).reason()).doesNotContain("retried");
    }

    @Test
    void a_rejected_jar_is_removed_with_its_file() throws Exception {
        hosts.host();
        Path jar = drop(ONE);
        ReceiptFile.await(jar, "REJECTED", "which needs approval");

        Files.delete(jar);

        await().untilAsserted(() ->
                assertThat(hosts.host().get("/api/billing").statusCode()).isEqualTo(404));
        assertThat(hosts.plugins().find("billing")).isEmpty();
    }

    @Test
    void consent_may_be_there_first_and_outlives_a_restart() throws Exception {
        allow("public");
        drop(ONE);
        serves("1.0.0");
        Files.delete(hosts.folder().resolve("billing.jar.allow"));

        hosts.restart();

        assertThat(hosts.host().get("/api/billing").body()).isEqualTo("1.0.0");
        assertThat(hosts.host().change("billing", "reload").statusCode()).isEqualTo(200);
    }

    @Test
    void consent_that_comes_while_the_jar_is_being_started_counts() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        System.getProperties().put(GATE, gate);
        try {
            hosts.host();
            drop(ONE.members("@Override public void start(PlatformContext context) throws Exception {"
                    + " ((CountDownLatch) System.getProperties().get(\"" + GATE + "\")).await(); }"));
            await().until(() -> hosts.plugins()
                    .find("billing")
                    .filter(view -> view.state() == PluginState.STARTING)
                    .isPresent());
            allow("public");
            Path later =
                    CLOSED.attribute("Plugin-Id", "zeta").write(hosts.folder().resolve("zeta.jar"));
            ReceiptFile.await(later, "ACTIVE", "");
            gate.countDown();

            serves("1.0.0");
        } finally {
            gate.countDown();
            System.getProperties().remove(GATE);
        }
    }

    @Test
    void an_upload_may_say_that_it_is_allowed() throws Exception {
        HttpResponse<String> refused = hosts.host().install(ONE);
        HttpResponse<String> taken = hosts.host().install(ONE, "?allowPublic=true");

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("it would serve GET / to any client", "allowPublic=true");
        assertThat(taken.statusCode()).as(taken.body()).isEqualTo(200);
        assertThat(hosts.host().get("/api/billing").body()).isEqualTo("1.0.0");
    }

    @Test
    void a_later_version_with_the_same_public_routes_is_not_asked_about() throws Exception {
        hosts.host().install(ONE, "?allowPublic=true");

        assertThat(hosts.host().install(TWO).statusCode()).isEqualTo(200);
        assertThat(hosts.host().change("billing", "rollback").statusCode()).isEqualTo(200);
        assertThat(hosts.host().get("/api/billing").body()).isEqualTo("1.0.0");
    }

    @Test
    void a_public_route_more_is_asked_about_and_the_older_version_serves_on() throws Exception {
        hosts.host().install(ONE, "?allowPublic=true");
        long generation = hosts.plugins().find("billing").orElseThrow().generation();

        HttpResponse<String> refused = hosts.host().install(WIDER);

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("it would serve GET /more to any client");
        assertThat(hosts.host().get("/api/billing").body()).isEqualTo("1.0.0");
        assertThat(hosts.plugins().find("billing").orElseThrow().generation()).isEqualTo(generation);
        assertThat(hosts.host().install(WIDER, "?allowPublic=true").statusCode())
                .isEqualTo(200);
        assertThat(hosts.host().get("/api/billing/more").body()).isEqualTo("more");
    }

    @Test
    void a_route_that_was_closed_meanwhile_is_asked_about_anew() throws Exception {
        hosts.host().install(ONE, "?allowPublic=true");
        assertThat(hosts.host().install(CLOSED).statusCode()).isEqualTo(200);

        assertThat(hosts.host().install(answering("billing", "5.0.0")).statusCode())
                .isEqualTo(409);

        assertThat(hosts.host().change("billing", "rollback").statusCode())
                .as("what was consented to for that very jar")
                .isEqualTo(200);
    }

    @Test
    void consent_to_a_jar_is_not_consent_to_what_another_configuration_opens() throws Exception {
        PluginJar jar = PluginJar.named("billing")
                .members(
                        "public record Settings(Optional<Boolean> wide) {} private boolean wide;"
                                + " public void start(PlatformContext c) { wide = c.configuration(Settings.class).wide().orElse(false); }")
                .route(answer("/", "\"root\""))
                .route("Route.get(\"/more\", r -> Response.text(\"more\")).access(wide ? Access.PUBLIC : Access.READ)");
        HttpResponse<String> installed = hosts.host().install(jar, "?allowPublic=true");
        assertThat(installed.statusCode()).as(installed.body()).isEqualTo(200);

        assertThat(configure("{\"wide\":true}").statusCode()).isEqualTo(409);
        assertThat(hosts.host().install(jar, "?allowPublic=true").statusCode()).isEqualTo(200);

        assertThat(configure("{\"wide\":true}").statusCode()).isEqualTo(200);
        assertThat(hosts.host().get("/api/billing/more").body()).isEqualTo("more");
    }

    @Test
    void the_configuration_may_consent_by_id() throws Exception {
        environment("production", "bill*");

        assertThat(hosts.host().install(WIDER).statusCode()).isEqualTo(200);
        assertThat(hosts.host().install(ONE, "?allowDowngrade=true").statusCode())
                .isEqualTo(200);
    }

    @Test
    void what_ran_in_development_is_asked_about_when_production_begins() throws Exception {
        environment("development", "");
        Path jar = drop(ONE);
        serves("1.0.0");
        ReceiptFile.await(jar, "ACTIVE", "");
        assertThat(Files.readString(hosts.folder().resolve("billing.jar.status.json")))
                .contains("in production it needs approval to serve GET / to any client");
        hosts.stop();
        environment("production", "");

        assertThat(hosts.host().get("/api/billing").statusCode()).isEqualTo(503);
        ReceiptFile.await(jar, "REJECTED", "which needs approval");
        allow("public\n");
        serves("1.0.0");
        ReceiptFile.await(jar, "ACTIVE", "");
    }

    @Test
    void a_rejected_jar_is_accepted_by_a_host_whose_configuration_approves_it() throws Exception {
        hosts.host();
        Path jar = drop(ONE);
        ReceiptFile.await(jar, "REJECTED", "which needs approval");
        hosts.stop();
        environment("production", "billing");

        assertThat(hosts.host().get("/api/billing").body()).isEqualTo("1.0.0");
        ReceiptFile.await(jar, "ACTIVE", "");
    }

    @Test
    void what_came_with_the_host_was_consented_to_by_that() throws Exception {
        Path platforms = Files.createDirectories(hosts.data().resolve("platforms"));
        ONE.write(platforms.resolve("billing.jar"));
        Files.writeString(platforms.resolve("SHA256SUMS"), TestSigner.digest(ONE.bytes()) + "  billing.jar\n");

        assertThat(hosts.host().get("/api/billing").body()).isEqualTo("1.0.0");
        assertThat(hosts.host().install(TWO).statusCode())
                .as("the same public routes in a later version")
                .isEqualTo(200);
        assertThat(hosts.host().install(WIDER).statusCode()).isEqualTo(409);
    }

    @Test
    void a_jar_that_replaces_another_has_its_own_consent() throws Exception {
        hosts.host().install(CLOSED.version("0.9.0"));
        hosts.host().remove("billing");
        Path low = ONE.write(hosts.folder().resolve("low.jar"));
        ReceiptFile.await(low, "REJECTED", "which needs approval");
        drop(CLOSED);
        ReceiptFile.await(hosts.folder().resolve("billing.jar"), "ACTIVE", "");
        Files.writeString(hosts.folder().resolve("low.jar.allow"), "public");
        ReceiptFile.await(low, "REJECTED", "is lower than 4.0.0");

        Files.delete(hosts.folder().resolve("billing.jar"));

        serves("1.0.0");
    }
}
