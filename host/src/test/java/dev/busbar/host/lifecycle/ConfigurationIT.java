package dev.busbar.host.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.Wire;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The configuration of a plugin: bound to a type of its own, changed by a swap. */
final class ConfigurationIT {
    @RegisterExtension
    static final HostExtension HOSTS = new HostExtension();

    private static final PluginJar JAR = PluginJar.named("billing")
            .members("""
                    public record Settings(String currency, int limit) {
                        public Settings {
                            if (limit < 0) {
                                throw new IllegalArgumentException("limit: " + limit + " (expected: 0 or more)");
                            }
                        }
                    }

                    private Settings settings;

                    public void start(PlatformContext context) {
                        settings = context.configuration(Settings.class);
                    }
                    """)
            .route(
                    "Route.get(\"/\", r -> Response.text(settings.currency() + settings.limit())).access(Access.PUBLIC)");

    private static HttpResponse<String> configure(String id, String json) throws Exception {
        return HOSTS.host()
                .send(HOSTS.host()
                        .request("/admin/plugins/" + id + "/config")
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(json)));
    }

    private static String served() throws Exception {
        return HOSTS.host().get("/api/billing").body();
    }

    private static String shown() throws Exception {
        return HOSTS.host().get("/admin/plugins/billing/config").body();
    }

    /** A plugin that cannot start without it gets its configuration after its first, failed start. */
    private static void install() throws Exception {
        HOSTS.host().install(JAR);
        assertThat(configure("billing", "{\"currency\":\"EUR\",\"limit\":1}").statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_plugin_that_needs_it_to_start_can_be_given_it_first() throws Exception {
        assertThat(HOSTS.host().install(JAR).statusCode()).isEqualTo(422);

        install();

        assertThat(served()).isEqualTo("EUR1");
        assertThat(shown()).isEqualTo("{\"currency\":\"EUR\",\"limit\":1}");
    }

    @Test
    void a_change_is_a_swap_and_can_be_rolled_back() throws Exception {
        install();
        long generation = HOSTS.plugins().find("billing").orElseThrow().generation();

        assertThat(configure("billing", "{\"currency\":\"CHF\",\"limit\":2}").statusCode())
                .isEqualTo(200);

        assertThat(served()).isEqualTo("CHF2");
        assertThat(HOSTS.plugins().find("billing").orElseThrow().generation()).isGreaterThan(generation);
        HOSTS.host().change("billing", "rollback");
        assertThat(served()).isEqualTo("EUR1");
        assertThat(shown()).contains("EUR");
    }

    @Test
    void the_next_version_and_a_restart_keep_the_configuration() throws Exception {
        install();
        HOSTS.host().install(JAR.version("2.0.0"));
        assertThat(served()).isEqualTo("EUR1");

        HOSTS.restart();

        assertThat(served()).isEqualTo("EUR1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"currency\":\"EUR\",\"limit\":-1}|422|limit: -1 (expected: 0 or more)",
                "{\"currency\":\"EUR\",\"limit\":\"many\"}|422|/limit",
                "{\"currency\":\"EUR\",\"limit\":1,\"x\":1}|422|unknown member",
                "{\"currency\":|400|malformed",
                "[]|422|does not fit",
                "null|422|expected: a value"
            })
    void what_does_not_fit_is_refused_and_changes_nothing(String json, int status, String why) throws Exception {
        install();

        HttpResponse<String> refused = configure("billing", json);

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(status);
        assertThat(refused.body()).contains(why);
        assertThat(served()).isEqualTo("EUR1");
        assertThat(shown()).contains("\"limit\":1");
    }

    @Test
    void an_unknown_plugin_has_none() throws Exception {
        assertThat(configure("nobody", "{}").statusCode()).isEqualTo(404);
        assertThat(HOSTS.host().get("/admin/plugins/nobody/config").statusCode())
                .isEqualTo(404);
    }

    @Test
    void one_that_is_too_long_is_refused_before_it_is_sent() throws Exception {
        install();

        try (Wire wire = Wire.to(HOSTS.host().host().port())) {
            Wire.Answer refused = wire.lines(
                            "PUT /admin/plugins/billing/config HTTP/1.1",
                            "Host: localhost",
                            "X-API-Key: " + HOSTS.host().key(),
                            "Content-Type: application/json",
                            "Content-Length: 70000")
                    .text("\r\n")
                    .read();

            assertThat(refused.status()).isEqualTo(413);
        }
        assertThat(served()).isEqualTo("EUR1");
    }

    private static final PluginJar LOGIN = PluginJar.named("billing")
            .attribute("Busbar-Secrets", "/password")
            .members("""
                    public record Login(String user, String password, Duration every) { }

                    private Login login;

                    public void start(PlatformContext context) {
                        login = context.configuration(Login.class);
                        if ("nobody".equals(login.user())) {
                            throw new IllegalStateException("cannot log in with " + login.password());
                        }
                    }

                    @Override
                    public List<HealthCheck> healthChecks() {
                        return List.of(HealthCheck.of("login", () -> "sick".equals(login.user())
                                ? HealthCheck.Health.fail("no login with " + login.password())
                                : HealthCheck.Health.pass()));
                    }
                    """)
            .route(
                    "Route.get(\"/\", r -> Response.text(login.user() + \" \" + login.password() + \" \" + login.every()))"
                            + ".access(Access.PUBLIC)");

    @Test
    void what_is_missing_is_told_with_where_to_put_it() throws Exception {
        HttpResponse<String> refused = HOSTS.host().install(JAR);

        assertThat(refused.body())
                .contains("it has no configuration: /limit is missing (expected: int); set it with"
                        + " PUT /admin/plugins/billing/config")
                .doesNotContain("retried");
        assertThat(configure("billing", "{\"currency\":\"EUR\"}").body())
                .contains("/limit is missing")
                .doesNotContain("retried");
    }

    @Test
    void a_marked_secret_reaches_the_plugin_and_is_shown_to_nobody() throws Exception {
        HOSTS.host().install(LOGIN);

        assertThat(configure("billing", "{\"user\":\"anna\",\"password\":\"hunter22\",\"every\":\"10s\"}")
                        .statusCode())
                .isEqualTo(200);

        assertThat(served()).isEqualTo("anna hunter22 PT10S");
        assertThat(shown()).contains("\"password\":\"********\"").doesNotContain("hunter22");
        assertThat(configure("billing", "{\"user\":\"ben\",\"password\":\"********\",\"every\":\"1m\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(served()).isEqualTo("ben hunter22 PT1M");
        HttpResponse<String> refused = configure("billing", "{\"user\":\"nobody\",\"password\":\"hunter22\"}");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("cannot log in with ********").doesNotContain("hunter22");
        assertThat(configure("billing", "{\"user\":\"sick\",\"password\":\"hunter22\"}")
                        .body())
                .contains("no login with ********")
                .doesNotContain("hunter22");
        assertThat(HOSTS.host().get("/admin/plugins/billing/generations").body())
                .contains("cannot log in with ********")
                .doesNotContain("hunter22");
    }

    @Test
    void asterisks_for_what_is_no_secret_are_refused_and_not_stored() throws Exception {
        HOSTS.host().install(LOGIN);
        configure("billing", "{\"user\":\"anna\",\"password\":\"hunter22\",\"every\":\"10s\"}");

        HttpResponse<String> refused =
                configure("billing", "{\"user\":\"********\",\"password\":\"********\",\"every\":\"10s\"}");

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("/user: ******** stands for the stored secret, and there is none");
        assertThat(served()).isEqualTo("anna hunter22 PT10S");
    }

    @Test
    void a_secret_stays_masked_when_a_version_without_its_mark_did_not_start() throws Exception {
        HOSTS.host().install(LOGIN);
        configure("billing", "{\"user\":\"anna\",\"password\":\"hunter22\",\"every\":\"10s\"}");

        HttpResponse<String> failed = HOSTS.host()
                .install(PluginJar.named("billing")
                        .version("9.0.0")
                        .members("@Override public void start(PlatformContext c) {"
                                + " throw new IllegalStateException(); }"));

        assertThat(failed.statusCode()).isEqualTo(422);
        assertThat(shown()).contains("\"password\":\"********\"").doesNotContain("hunter22");
    }

    @Test
    void references_are_resolved_at_each_start_and_shown_as_they_were_given() throws Exception {
        Path file = Files.writeString(Files.createTempFile("busbar", ".secret"), "first\n");
        HOSTS.host().install(LOGIN);
        configure("billing", "{\"user\":\"anna\",\"password\":\"${file:" + file + "}\",\"every\":\"1s\"}");
        assertThat(served()).isEqualTo("anna first PT1S");

        Files.writeString(file, "second");
        assertThat(HOSTS.host().change("billing", "reload").statusCode()).isEqualTo(200);

        assertThat(served()).isEqualTo("anna second PT1S");
        assertThat(shown()).contains("${file:" + file + "}");
        Files.delete(file);
        assertThat(HOSTS.host().change("billing", "reload").body()).contains("its configuration cannot be resolved");
        assertThat(served()).isEqualTo("anna second PT1S");
    }

    @Test
    void a_malformed_mark_of_a_secret_is_refused() throws Exception {
        HttpResponse<String> refused = HOSTS.host().install(LOGIN.attribute("Busbar-Secrets", "password"));

        assertThat(refused.body()).contains("Busbar-Secrets", "expected: JSON pointers such as /password");
    }
}
