package dev.busbar.host.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.LocalUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class TargetTest {
    private static final Map<String, String> KEY = Map.of("BUSBAR_KEY", " bsb_dev_own \n");

    @TempDir
    Path folder;

    private Path data;

    @BeforeEach
    void aDataDirectory() throws IOException {
        data = Files.createDirectory(folder.resolve("data"));
        Files.writeString(data.resolve("admin.key"), "bsb_dev_stored\n");
        run("\"url\":\"http://127.0.0.1:8080\"");
    }

    private void run(String member) throws IOException {
        run(ProcessHandle.current().pid(), Instant.now(), member);
    }

    private void run(long pid, Instant startedAt, String member) throws IOException {
        Files.writeString(
                data.resolve("busbar.json"),
                "{\"pid\":" + pid + "," + member + ",\"startedAt\":\"" + startedAt + "\"}\n");
    }

    private void assertNoKeyIsGiven() {
        for (Map<String, String> environment : List.of(KEY, Map.<String, String>of())) {
            assertThatThrownBy(() -> target(environment))
                    .isInstanceOf(FailedException.class)
                    .hasMessageContaining("does not run any more")
                    .hasMessageContaining("--url");
        }
    }

    /** A host that was killed leaves its file; whoever listens at its address now is somebody else. */
    @Test
    void no_key_is_given_to_whoever_took_the_place_of_a_host_that_died() throws Exception {
        String url = "\"url\":\"http://127.0.0.1:8080\"";
        Process died = new ProcessBuilder("true").start();
        died.waitFor();

        run(died.pid(), Instant.now(), url);
        assertNoKeyIsGiven();
        // The number went to a process that began later.
        run(ProcessHandle.current().pid(), Instant.now().minus(Duration.ofDays(1)), url);
        assertNoKeyIsGiven();
        Files.writeString(data.resolve("busbar.json"), "{" + url + "}\n");
        assertNoKeyIsGiven();
        long pid = ProcessHandle.current().pid();
        run(pid, Instant.now(), "\"startTicks\":1," + url);
        assertNoKeyIsGiven();
        // A clock that was set since moves no ticks.
        Optional<Long> ticks = LocalUser.startTicks(pid);
        if (ticks.isPresent()) {
            run(pid, Instant.EPOCH, "\"startTicks\":" + ticks.get() + "," + url);
            assertThat(target(KEY).url()).hasToString("http://127.0.0.1:8080");
        }
        run(ProcessHandle.current().pid(), Instant.now(), url);
        assertThat(target(KEY).url()).hasToString("http://127.0.0.1:8080");
    }

    private Target target(Map<String, String> environment, String... arguments) throws FailedException {
        HostOptions options = new HostOptions(new Console(environment, folder, System.out, System.err));
        new CommandLine(options).parseArgs(arguments);
        return options.target();
    }

    @Test
    void the_running_host_and_its_key_are_found_in_the_data_directory() throws Exception {
        for (Target found : List.of(
                target(Map.of()), target(Map.of(), "--data=" + data), target(Map.of("BUSBAR_DATA", data.toString())))) {
            assertThat(found.url()).hasToString("http://127.0.0.1:8080");
            assertThat(found.key()).isEqualTo("bsb_dev_stored");
        }
        assertThat(target(KEY).key()).isEqualTo("bsb_dev_own");
        assertThat(target(KEY)).asString().doesNotContain("bsb_");
    }

    @Test
    void the_listener_of_the_admin_api_comes_first_and_every_address_means_this_machine() throws Exception {
        run("\"url\":\"http://10.0.0.1:8080\",\"adminUrl\":\"http://127.0.0.1:8081\"");
        assertThat(target(Map.of()).url()).hasToString("http://127.0.0.1:8081");

        run("\"url\":\"http://0.0.0.0:8080\"");
        assertThat(target(Map.of()).url()).hasToString("http://127.0.0.1:8080");

        run("\"url\":\"http://[::]:8080\"");
        assertThat(target(Map.of()).url()).hasToString("http://[::1]:8080");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://busbar:8080",
                "http://10.0.0.1",
                "http://127.0.0.1.evil.org",
                "http://localhost.evil.org",
                "http://[::2]",
                "http://0.0.0.0"
            })
    void no_key_travels_unencrypted_to_another_machine(String url) throws Exception {
        assertThatThrownBy(() -> target(KEY, "--url=" + url))
                .isInstanceOf(FailedException.class)
                .hasMessageContaining("unencrypted")
                .hasMessageNotContaining("bsb_");
        assertThat(target(KEY, "--url=" + url, "--insecure").key()).isEqualTo("bsb_dev_own");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:1/", "http://127.9.9.9", "http://[::1]:8080", "https://localhost"})
    void a_host_of_this_machine_gets_the_stored_key(String url) throws Exception {
        assertThat(target(Map.of(), "--url=" + url).key()).isEqualTo("bsb_dev_stored");
    }

    @Test
    void the_stored_key_is_not_sent_to_another_machine() {
        assertThatThrownBy(() -> target(Map.of(), "--url=https://busbar:8443"))
                .hasMessageContaining("BUSBAR_KEY")
                .hasMessageNotContaining("bsb_");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "busbar",
                "busbar:8080",
                "ftp://localhost",
                "http://",
                "http:///x",
                "http://localhost/admin",
                "http://localhost?x",
                "http://localhost#x",
                "http://me@localhost",
                "http://localhost@evil.org",
                "http://a b",
                "http://127.1",
                "HTTP\u0000"
            })
    void what_is_no_address_of_a_host_is_not_understood(String url) {
        assertThatThrownBy(() -> target(KEY, "--url=" + url)).isInstanceOf(CommandLine.ParameterException.class);
    }

    @Test
    void what_is_missing_is_told_with_where_it_was_looked_for() throws Exception {
        Files.delete(data.resolve("admin.key"));
        assertThatThrownBy(() -> target(Map.of()))
                .hasMessageContaining("BUSBAR_KEY")
                .hasMessageContaining(data.resolve("admin.key").toString());

        Files.delete(data.resolve("busbar.json"));
        assertThatThrownBy(() -> target(KEY))
                .hasMessageContaining("no host runs on " + data)
                .hasMessageContaining("busbar serve");
    }

    @Test
    void files_that_hold_something_else_are_told_without_being_shown() throws Exception {
        for (String key : List.of("", "a b", "bsb_x\r\nX-Admin: 1", "k\u00e9y", "k".repeat(1_000))) {
            Files.writeString(data.resolve("admin.key"), key);
            assertThatThrownBy(() -> target(Map.of()))
                    .isInstanceOf(FailedException.class)
                    .hasMessageContaining("admin.key holds no key");
            assertThatThrownBy(() -> target(Map.of("BUSBAR_KEY", key)))
                    .hasMessage("BUSBAR_KEY holds no key (expected: such as bsb_live_…)");
        }
        for (String run :
                List.of("", "x", "[]", "{}", "{\"url\":7}", "{\"url\":\"file:///etc\"}", "x".repeat(70_000))) {
            Files.writeString(data.resolve("busbar.json"), run);
            assertThatThrownBy(() -> target(KEY)).as(run).isInstanceOf(FailedException.class);
        }
    }
}
