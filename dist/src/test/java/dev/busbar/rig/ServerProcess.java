package dev.busbar.rig;

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
 * A server in its own process: started, discovered through the file it writes when it is ready, stopped or killed. CPU
 * time and memory are read from outside.
 */
public final class ServerProcess implements AutoCloseable {
    /** Identical for every server, so that all use the same garbage collector. */
    public static final String JAVA_OPTIONS = "-Xms512m -Xmx512m";

    private static final long START_SECONDS = 300;
    private static final long POLL_MILLIS = 5;
    private static final int LOG_LETTERS = 20_000;

    private final Process process;
    private final Path data;
    private final long begunNanos = System.nanoTime();
    private long readyNanos;
    private int port;

    private ServerProcess(Process process, Path data) {
        this.process = process;
        this.data = data;
    }

    /** Starts the installed host without its bundled platforms on a data directory; waits until it is ready. */
    public static ServerProcess busbar(Machine machine, Path data, String... settings) throws IOException {
        return busbar(machine, installed(), data, settings);
    }

    /** Starts a host from another installation in the same way. */
    public static ServerProcess busbar(Machine machine, Path home, Path data, String... settings) throws IOException {
        ServerProcess host = begin(machine, home, data, settings);
        host.awaitReady(Duration.ofSeconds(START_SECONDS));
        return host;
    }

    /** Starts the installed host on a data directory without waiting. */
    public static ServerProcess begin(Machine machine, Path data, String... settings) throws IOException {
        return begin(machine, installed(), data, settings);
    }

    /** The installation that is measured by default. */
    public static Path installed() {
        return Path.of(System.getenv("BUSBAR_HOME"));
    }

    private static ServerProcess begin(Machine machine, Path home, Path data, String... settings) throws IOException {
        Path empty = Files.createDirectories(data.resolve("home"));
        List<String> command =
                new ArrayList<>(List.of(home.resolve("bin/busbar").toString(), "serve", "--port=0", "--data=" + data));
        command.addAll(List.of(settings));
        Map<String, String> environment =
                Map.of("BUSBAR_HOME", empty.toString(), "BUSBAR_JAVA_OPTS", JAVA_OPTIONS + " -Dtinylog.level=warn");
        return launch(machine.asServer(command), environment, data);
    }

    /** Starts a server that writes {@code busbar.json} to a directory when it is ready; waits until it is. */
    public static ServerProcess start(List<String> command, Map<String, String> environment, Path data)
            throws IOException {
        ServerProcess server = launch(command, environment, data);
        server.awaitReady(Duration.ofSeconds(START_SECONDS));
        return server;
    }

    private static ServerProcess launch(List<String> command, Map<String, String> environment, Path data)
            throws IOException {
        Files.createDirectories(data);
        Files.deleteIfExists(runFile(data)); // left by a killed process
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(data.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(data).toFile()));
        builder.environment().remove("BUSBAR_JAVA_OPTS");
        builder.environment().putAll(environment);
        ServerProcess server = new ServerProcess(builder.start(), data);
        Runtime.getRuntime().addShutdownHook(new Thread(server.process::destroy));
        return server;
    }

    private static Path runFile(Path data) {
        return data.resolve("busbar.json");
    }

    private static Path log(Path data) {
        return data.resolve("server.log");
    }

    /**
     * Waits until the server is ready.
     *
     * @throws IllegalStateException if it exits or exceeds the limit, in which case it is killed
     */
    public void awaitReady(Duration limit) throws IOException {
        while (!Files.exists(runFile(data))) {
            if (!process.isAlive() || System.nanoTime() - begunNanos > limit.toNanos()) {
                kill();
                String log = Files.readString(log(data));
                throw new IllegalStateException("the server is not ready after " + limit.toSeconds() + " s:\n"
                        + log.substring(Math.max(0, log.length() - LOG_LETTERS)));
            }
            pause(POLL_MILLIS);
        }
        readyNanos = System.nanoTime();
        JsonNode run = new ObjectMapper().readTree(runFile(data).toFile());
        port = run.get("port").asInt();
    }

    /** Sleeps for a time. */
    public static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** The time from the start of the process until it was ready. */
    public long startNanos() {
        return readyNanos - begunNanos;
    }

    /** The listening port. */
    public int port() {
        return port;
    }

    /** The process id. */
    public long pid() {
        return process.pid();
    }

    /** The admin key of a host. */
    public String key() {
        try {
            return Files.readString(data.resolve("admin.key")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The CPU time used so far, with a resolution of 10 ms. */
    public long cpuNanos() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }

    /** A value of its {@code /proc} status such as {@code VmRSS}; a dash if unknown. */
    public String status(String name) {
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

    /** Whether the process is alive. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Kills the process, as {@code kill -9} does, and waits for its end. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd(Long.MAX_VALUE);
    }

    private boolean awaitEnd(long seconds) {
        try {
            return process.waitFor(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Stops the server and waits for its end. */
    @Override
    public void close() {
        process.destroy();
        if (!awaitEnd(60)) {
            process.destroyForcibly();
        }
    }
}
