package dev.busbar.host.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.testing.PluginJar;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process as it is started: its output, its files, its exit codes. */
final class MainIT {
    private static final Duration START = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endProcesses() {
        started.forEach(Process::destroyForcibly);
    }

    private Process run(Path output, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")); // starts faster
        command.addAll(coverageAgent());
        command.addAll(opened());
        command.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("BUSBAR_"));
        Process process = builder.start();
        started.add(process);
        return process;
    }

    /** The agent of this process, if it has one, with its file named from the root: the child runs elsewhere. */
    private static List<String> coverageAgent() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-javaagent:") && argument.contains("jacoco"))
                .map(argument -> argument.replaceFirst(
                        "destfile=(?!/)", "destfile=" + Path.of("").toAbsolutePath() + "/"))
                .toList();
    }

    /** What the start script opens, as it is open here. */
    private static List<String> opened() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-opens="))
                .toList();
    }

    private String ends(int code, String... arguments) throws Exception {
        Path output = folder.resolve("output.txt");
        Process process = run(output, arguments);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String text = Files.readString(output, UTF_8);
        assertThat(process.exitValue()).as(text).isEqualTo(code);
        assertThat(text).doesNotContain("\tat ");
        return text;
    }

    @Test
    void it_serves_until_it_is_told_to_stop_and_then_ends_with_0() throws Exception {
        Path output = folder.resolve("first.txt");
        Path data = folder.resolve("data");
        Path runFile = data.resolve("busbar.json");
        Process process = run(output, "serve", "--port=0", "--data=" + data);
        await().atMost(START).until(() -> Files.exists(runFile));

        JsonNode run = new ObjectMapper().readTree(runFile.toFile());
        assertThat(run.get("pid").asLong()).isEqualTo(process.pid());
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(run.get("url").asText() + "/health/ready"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        String key = Files.readString(data.resolve("admin.key")).strip();
        await().untilAsserted(() -> assertThat(Files.readString(output, UTF_8))
                .contains("Busbar is ready at " + run.get("url").asText())
                .contains(key));

        String second = ends(1, "serve", "--port=0", "--data=" + data);
        assertThat(second).contains("belongs to one process", "already in use").doesNotContain("Exception");

        process.destroy();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(runFile).doesNotExist();
    }

    @Test
    void it_ends_with_1_when_a_plugin_has_ended_it() throws Exception {
        Path output = folder.resolve("ended.txt");
        Path data = folder.resolve("data");
        Files.createDirectories(data.resolve("plugins"));
        PluginJar.named("ender")
                .members("static void end() { try { Runtime.class.getMethod(\"exit\", int.class)"
                        + ".invoke(Runtime.getRuntime(), 0); } catch (ReflectiveOperationException e) {"
                        + " throw new IllegalStateException(e); } }")
                .route("Route.get(\"/\", r -> { new Thread(TestPlatform::end, \"ender\").start();"
                        + " return Response.noContent(); }).access(Access.PUBLIC)")
                .write(data.resolve("plugins/ender.jar"));
        Process process = run(output, "serve", "--port=0", "--data=" + data);
        Path runFile = data.resolve("busbar.json");
        await().atMost(START).until(() -> Files.exists(runFile));
        String url = new ObjectMapper().readTree(runFile.toFile()).get("url").asText();

        HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(url + "/api/ender")).build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(output, UTF_8))
                .contains("ended by no signal, but by thread ender", "at testplugin");
        assertThat(process.exitValue()).isEqualTo(1);
    }

    @Test
    void a_port_that_is_taken_is_told_with_exit_code_1() throws Exception {
        try (java.net.ServerSocket taken =
                new java.net.ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
            String text = ends(1, "serve", "--port=" + taken.getLocalPort(), "--data=" + folder.resolve("data"));

            assertThat(text).contains("cannot listen on 127.0.0.1:" + taken.getLocalPort());
        }
        assertThat(folder.resolve("data/busbar.json")).doesNotExist();
    }

    @Test
    void all_that_is_wrong_with_the_settings_is_told_at_once() throws Exception {
        String text = ends(1, "serve", "--port=high", "--swap.settle=soon", "--nothing.such=1", "--http.maxThreads=1");

        assertThat(text)
                .contains("port")
                .contains("swap.settle")
                .contains("nothing.such")
                .contains("maxThreads");
    }

    @Test
    void an_address_beyond_loopback_needs_more_than_itself() throws Exception {
        assertThat(ends(1, "serve", "--bind=0.0.0.0", "--port=0", "--data=" + folder.resolve("data")))
                .contains("beyond loopback")
                .contains("terminatedUpstream");
    }

    @Test
    void what_is_not_understood_is_answered_with_the_usage_and_exit_code_2() throws Exception {
        assertThat(ends(2)).contains("usage: busbar");
        assertThat(ends(2, "dance")).contains("usage: busbar");
    }

    @Test
    void help_and_version_are_no_errors() throws Exception {
        assertThat(ends(0, "--version")).startsWith("busbar ").hasLineCount(1);
        assertThat(ends(0, "--help")).startsWith("usage: busbar");
        assertThat(ends(0, "serve", "--help")).startsWith("usage: busbar serve [--section.key=value ...]");
    }

    @Test
    void where_no_host_runs_it_is_told_which_directory_was_looked_at_and_exit_code_1() throws Exception {
        assertThat(ends(1, "audit", "verify"))
                .contains("no host runs on " + folder.toRealPath().resolve("data"))
                .hasLineCount(1);
    }
}
