package dev.busbar.host.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.busbar.host.config.ConfigurationException.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
    private static final Server SERVER =
            new Server("127.0.0.1", 8080, Duration.ofSeconds(30), Mode.PLAIN, List.of("localhost"), Optional.empty());

    @TempDir
    private Path home;

    private final Map<String, String> environment = new HashMap<>();

    private enum Mode {
        PLAIN,
        TLS_ONLY
    }

    private record Server(
            String bind, int port, Duration idleTimeout, Mode mode, List<String> hosts, Optional<Path> keyStore) {
        Server {
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
            }
            if (mode == Mode.TLS_ONLY && keyStore.isEmpty()) {
                throw new IllegalArgumentException("mode tls-only needs a key store");
            }
        }
    }

    private record Login(String user, String password) {}

    private record Numbers(int whole, long big, double ratio, boolean flag) {}

    @Test
    void defaults_hold_where_nothing_is_set() {
        Configuration configuration = load();

        assertThat(configuration.bind("server", SERVER)).isEqualTo(SERVER);
        assertThat(configuration.home()).isEqualTo(home);
        assertThat(configuration.environment()).isEqualTo("development");
        assertThat(configuration.environmentNamed()).isFalse();
        configuration.finish();
    }

    @Test
    void each_type_is_read_from_a_file() {
        write("conf/busbar.yaml", """
            # a comment
            server:
              bind: 0.0.0.0
              port: 9090
              idleTimeout: 5m
              mode: tls-only
              hosts: [a.example, 'b,c']
              keyStore: /etc/busbar/keys.p12
            numbers:
              whole: 007
              big: 5000000000
              ratio: 0.25
              flag: true
            """);
        Configuration configuration = load();

        assertThat(configuration.bind("server", SERVER))
                .isEqualTo(new Server(
                        "0.0.0.0",
                        9090,
                        Duration.ofMinutes(5),
                        Mode.TLS_ONLY,
                        List.of("a.example", "b,c"),
                        Optional.of(Path.of("/etc/busbar/keys.p12"))));
        assertThat(configuration.bind("numbers", new Numbers(0, 0, 0, false)))
                .isEqualTo(new Numbers(7, 5_000_000_000L, 0.25, true));
        configuration.finish();
    }

    @Test
    void a_higher_layer_wins() {
        write("conf/busbar.yaml", "server: {port: 1}");
        assertThat(port()).isEqualTo(1);
        write("conf/busbar.staging.yaml", "server: {port: 2}");
        assertThat(port("--env=staging")).isEqualTo(2);
        write(".env", "BUSBAR_SERVER_PORT=3");
        assertThat(port("--env=staging")).isEqualTo(3);
        write(".env.staging", "BUSBAR_SERVER_PORT=4");
        assertThat(port("--env=staging")).isEqualTo(4);
        environment.put("BUSBAR_SERVER_PORT", "5");
        assertThat(port("--env=staging")).isEqualTo(5);
        assertThat(port("--env=staging", "--server.port=6")).isEqualTo(6);
    }

    @Test
    void another_environments_files_are_not_read() {
        write("conf/busbar.staging.yaml", "server: {port: 2}");
        write(".env.staging", "BUSBAR_SERVER_PORT=4");

        assertThat(port("--env=production")).isEqualTo(8080);
    }

    @Test
    void the_environment_can_be_named_in_any_layer_that_is_read_before_it_is_needed() {
        write("conf/busbar.yaml", "env: production");
        assertThat(load().environment()).isEqualTo("production");
        write(".env", "BUSBAR_ENV=staging");
        assertThat(load().environment()).isEqualTo("staging");
        environment.put("BUSBAR_ENV", "development");
        assertThat(load().environment()).isEqualTo("development");
        assertThat(load().environmentNamed()).isTrue();
        load().finish();
    }

    @Test
    void an_environment_that_does_not_exist_is_refused_once() {
        environment.put("BUSBAR_ENV", "prod");

        assertThat(faults(load()))
                .containsExactly("environment: BUSBAR_ENV = \"prod\" (expected: development, staging or production)");
    }

    @Test
    void keys_that_decide_which_files_are_read_are_refused_where_they_come_too_late() {
        write("conf/busbar.yaml", "home: /elsewhere");
        write("conf/busbar.development.yaml", "env: production");

        assertThat(faults(load()))
                .anySatisfy(fault -> assertThat(fault)
                        .contains("busbar.development.yaml:1: env = \"production\" (expected: \"development\", or to be"
                                + " set as BUSBAR_ENV or --env"))
                .anySatisfy(fault -> assertThat(fault).contains("busbar.yaml:1: home = \"/elsewhere\""))
                .hasSize(2);
    }

    @Test
    void home_and_the_base_file_can_be_elsewhere() {
        write("there/.env", "BUSBAR_SERVER_BIND=from-home");
        write("other/my.yaml", "server: {port: 1}");
        write("other/my.staging.yaml", "server: {idleTimeout: 1s}");
        environment.put("BUSBAR_HOME", home.resolve("there").toString());
        environment.put("BUSBAR_CONFIG", home.resolve("other/my.yaml").toString());
        environment.put("BUSBAR_ENV", "staging");
        Configuration configuration = load();

        Server server = configuration.bind("server", SERVER);

        assertThat(configuration.home()).isEqualTo(home.resolve("there"));
        assertThat(List.of(server.bind(), server.port(), server.idleTimeout()))
                .containsExactly("from-home", 1, Duration.ofSeconds(1));
        configuration.finish();
    }

    @Test
    void a_base_file_that_was_named_must_be_there() {
        environment.put("BUSBAR_CONFIG", "/nowhere/busbar.yaml");

        assertThat(faults(load()))
                .containsExactly(
                        "environment: BUSBAR_CONFIG = \"/nowhere/busbar.yaml\" (expected: a file that is there)");
    }

    @Test
    void all_faults_are_reported_together_with_place_key_value_and_expectation() {
        write("conf/busbar.yaml", """
            server:
              port: many
              idleTimeout: soon
              mode: loose
              hots: [a]
            """);
        environment.put("BUSBAR_SERVER_PROT", "1");
        Configuration configuration = load("--server.keystore=x", "verbose");

        Server server = configuration.bind("server", SERVER);

        assertThat(server).isEqualTo(SERVER);
        String file = home.resolve("conf/busbar.yaml").toString();
        assertThat(faults(configuration))
                .containsExactly(
                        "command line: verbose (expected: --section.key=value)",
                        file + ":2: server.port = \"many\" (expected: a whole number)",
                        file + ":3: server.idleTimeout = \"soon\" (expected: a duration such as 250ms, 10s, 5m, 2h, 1d"
                                + " or PT10S)",
                        file + ":4: server.mode = \"loose\" (expected: one of plain, tls-only)",
                        "command line: server.keystore (expected: a known key; did you mean server.keyStore?)",
                        "environment: BUSBAR_SERVER_PROT (expected: a known key; did you mean BUSBAR_SERVER_PORT?)",
                        file + ":5: server.hots (expected: a known key; did you mean server.hosts?)");
    }

    @Test
    void what_the_record_refuses_is_reported_at_the_key_it_names() {
        write(".env", "# x\nBUSBAR_SERVER_PORT=70000");
        Configuration configuration = load();
        configuration.bind("server", SERVER);

        assertThat(faults(configuration))
                .containsExactly(home.resolve(".env") + ":2: BUSBAR_SERVER_PORT = \"70000\" (expected: 0 to 65535)");
    }

    @Test
    void what_the_record_refuses_as_a_whole_is_reported_at_its_section() {
        Configuration configuration = load("--server.mode=TLS-ONLY");
        configuration.bind("server", SERVER);

        assertThat(faults(configuration))
                .containsExactly("configuration: server (expected: mode tls-only needs a key store)");
    }

    @Test
    void secrets_come_from_files_and_variables() {
        write("secret.txt", "line1\nline2\n");
        write(".env", "PGUSER='ada'");
        environment.put("PGHOST", "db");
        Configuration configuration =
                load("--login.password=${file:secret.txt}", "--login.user=${env:PGUSER}@${env:PGHOST}$${x}");

        Login login = configuration.bind("login", new Login("", ""));

        assertThat(login).isEqualTo(new Login("ada@db${x}", "line1\nline2"));
        configuration.finish();
    }

    @Test
    void secrets_that_cannot_be_resolved_stop_the_start() {
        Configuration configuration = load("--login.password=${file:/nowhere}", "--login.user=${env:NOBODY}");
        configuration.bind("login", new Login("", ""));

        assertThat(faults(configuration))
                .containsExactly(
                        "command line: login.user = \"${env:NOBODY}\" (expected: the variable NOBODY to be set)",
                        "command line: login.password = \"${file:/nowhere}\" (expected: a readable file at /nowhere;"
                                + " java.nio.file.NoSuchFileException: /nowhere)");
    }

    @Test
    void references_that_mean_nothing_are_refused() {
        Configuration configuration = load("--login.user=${vault:x}", "--login.password=${env:OPEN");
        configuration.bind("login", new Login("", ""));

        assertThat(faults(configuration)).hasSize(2).allSatisfy(fault -> assertThat(fault)
                .endsWith("(expected: ${file:/path} or ${env:NAME}; write $${ for a plain ${)"));
    }

    @Test
    void a_value_that_may_be_a_secret_is_not_shown() {
        record Vault(int apiToken) {}
        Configuration configuration = load("--vault.apiToken=hunter2", "--vault.aipToken=hunter2");
        configuration.bind("vault", new Vault(0));

        assertThatThrownBy(configuration::finish)
                .hasMessageContaining("vault.apiToken = \"***\" (expected: a whole number)")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void variables_that_are_no_configuration_are_left_alone() {
        environment.putAll(Map.of("BUSBAR_KEY", "bsb_dev", "BUSBAR_SERVER_BIND", "", "PATH", "/bin"));
        // The links of the services busbar and busbar-postgresql of a Kubernetes namespace.
        for (String service : List.of("BUSBAR", "BUSBAR_POSTGRESQL", "BUSBAR_2")) {
            environment.putAll(Map.of(
                    service + "_SERVICE_HOST", "10.0.0.1",
                    service + "_SERVICE_PORT", "5432",
                    service + "_SERVICE_PORT_TCP_POSTGRESQL", "5432",
                    service + "_PORT", "tcp://10.0.0.1:5432",
                    service + "_PORT_5432_TCP", "tcp://10.0.0.1:5432",
                    service + "_PORT_5432_TCP_PROTO", "tcp",
                    service + "_PORT_5432_UDP_ADDR", "10.0.0.1"));
        }
        Configuration configuration = load();

        assertThat(configuration.bind("server", SERVER)).isEqualTo(SERVER);
        configuration.finish();
    }

    @Test
    void a_variable_that_only_looks_like_a_service_link_is_refused() {
        environment.putAll(Map.of("BUSBAR_SERVR_PORT", "8080", "BUSBAR_SERVICE", "x"));
        Configuration configuration = load();
        Server unused = configuration.bind("server", SERVER);

        assertThatThrownBy(configuration::finish)
                .hasMessageContaining("BUSBAR_SERVR_PORT")
                .hasMessageContaining("BUSBAR_SERVICE ");
    }

    @Test
    void a_byte_order_mark_is_no_part_of_a_file() throws IOException {
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/busbar.yaml"), "\ufeffserver:\n  bind: ${file:secret}\n");
        Files.writeString(home.resolve(".env"), "\ufeffBUSBAR_SERVER_PORT=81\n");
        Files.writeString(home.resolve("secret"), "\ufeffhidden\n");
        Configuration configuration = load();

        Server server = configuration.bind("server", SERVER);

        configuration.finish();
        assertThat(server.port()).isEqualTo(81);
        assertThat(server.bind()).isEqualTo("hidden");
    }

    @Test
    void keys_of_the_contract_are_variables() {
        assertThat(List.of("data", "plugins", "config", "env", "bind", "port", "admin.bind", "store.url", "home"))
                .extracting(Names::variable)
                .containsExactly(
                        "BUSBAR_DATA",
                        "BUSBAR_PLUGINS",
                        "BUSBAR_CONFIG",
                        "BUSBAR_ENV",
                        "BUSBAR_BIND",
                        "BUSBAR_PORT",
                        "BUSBAR_ADMIN_BIND",
                        "BUSBAR_STORE_URL",
                        "BUSBAR_HOME");
        assertThat(Names.variable("admin.sharedPort")).isEqualTo("BUSBAR_ADMIN_SHARED_PORT");
    }

    @Test
    void keys_at_the_top_are_bound_without_a_section() {
        record Places(Path data, int port) {}
        environment.put("BUSBAR_PORT", "0");
        Configuration configuration = load("--data=/var/lib/busbar");

        assertThat(configuration.bind("", new Places(Path.of("data"), 8080)))
                .isEqualTo(new Places(Path.of("/var/lib/busbar"), 0));
        configuration.finish();
    }

    @Test
    void an_empty_value_ends_an_optional_and_a_list() {
        write("conf/busbar.yaml", "server:\n  hosts: []\n  keyStore: ''\n  bind:\n  port: ~\n");
        Server defaults = new Server("b", 1, Duration.ZERO, Mode.PLAIN, List.of("x"), Optional.of(Path.of("y")));

        assertThat(load().bind("server", defaults))
                .isEqualTo(new Server("b", 1, Duration.ZERO, Mode.PLAIN, List.of(), Optional.empty()));
    }

    private int port(String... arguments) {
        Configuration configuration = load(arguments);
        int port = configuration.bind("server", SERVER).port();
        configuration.finish();
        return port;
    }

    private Configuration load(String... arguments) {
        return Configuration.load(new Sources(environment, List.of(arguments), home));
    }

    private static List<String> faults(Configuration configuration) {
        return catchThrowableOfType(ConfigurationException.class, configuration::finish).faults().stream()
                .map(Fault::toString)
                .toList();
    }

    private void write(String file, String text) {
        try {
            Path target = home.resolve(file);
            Files.createDirectories(target.getParent());
            Files.writeString(target, text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
