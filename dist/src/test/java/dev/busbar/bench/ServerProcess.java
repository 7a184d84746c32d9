package dev.busbar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A server in a process of its own: started, found by the file it writes when it is ready, stopped. Its processor time
 * and memory are read from outside.
 */
final class ServerProcess implements AutoCloseable {
    /** The same for every server, so that none is measured against another's collector. */
    private static final String JAVA_OPTIONS = "-Xms512m -Xmx512m";

    private static final long START_SECONDS = 300;

    private final Process process;
    private final Path data;
    private final int port;

    private ServerProcess(Process process, Path data, int port) {
        this.process = process;
        this.data = data;
        this.port = port;
    }

    /** Starts the installed host, without the platforms that come with it, on a data directory. */
    static ServerProcess busbar(Machine machine, Path data, String... settings) throws IOException {
        Path home = Path.of(System.getenv("BUSBAR_HOME"));
        Path empty = Files.createDirectories(data.resolve("home"));
        List<String> command =
                new ArrayList<>(List.of(home.resolve("bin/busbar").toString(), "serve", "--port=0", "--data=" + data));
        command.addAll(List.of(settings));
        Map<String, String> environment =
                Map.of("BUSBAR_HOME", empty.toString(), "BUSBAR_JAVA_OPTS", JAVA_OPTIONS + " -Dtinylog.level=warn");
        return start(machine.asServer(command), environment, data);
    }

    /** Starts a {@link PlainServer}. */
    static ServerProcess plain(Machine machine, Path data, PlainServer.Kind kind, int plugins, int routes)
            throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of(java));
        command.addAll(List.of(JAVA_OPTIONS.split(" ")));
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                PlainServer.class.getName(),
                kind.name(),
                Integer.toString(plugins),
                Integer.toString(routes),
                data.toString()));
        return start(machine.asServer(command), Map.of(), data);
    }

    private static ServerProcess start(List<String> command, Map<String, String> environment, Path data)
            throws IOException {
        Files.createDirectories(data);
        Path log = data.resolve("server.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(data.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().remove("BUSBAR_JAVA_OPTS");
        builder.environment().putAll(environment);
        Process process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        Path runFile = data.resolve("busbar.json");
        while (!Files.exists(runFile)) {
            if (!process.isAlive() || System.nanoTime() > limit) {
                process.destroy();
                throw new IllegalStateException("the server does not start:\n" + Files.readString(log));
            }
            pause(20);
        }
        JsonNode run = new ObjectMapper().readTree(runFile.toFile());
        return new ServerProcess(process, data, run.get("port").asInt());
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    int port() {
        return port;
    }

    Path data() {
        return data;
    }

    /** The admin key of a host. */
    String key() {
        try {
            return Files.readString(data.resolve("admin.key")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it has used of the processor by now; in steps of 10 ms. */
    long cpuNanos() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }

    /** A line of its {@code /proc} status such as {@code VmRSS}; a dash where that is not known. */
    String status(String name) {
        try {
            return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                    .filter(line -> line.startsWith(name + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse("-");
        } catch (IOException e) {
            return "-";
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
