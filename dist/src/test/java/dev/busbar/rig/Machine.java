package dev.busbar.rig;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The machine of a measurement: the cores of the servers and of the load generator, and how busy other processes keep
 * it. Supports Linux; on other systems nothing is pinned and the machine is assumed to be idle.
 */
public final class Machine {
    private static final Path STAT = Path.of("/proc/stat");
    private static final int SERVER_CORE = 0;
    private static final int LOAD_CORE = 1;
    private static final int IDLE_FIELD = 3;
    private static final int IO_WAIT_FIELD = 4;
    private static final int STEAL_FIELD = 7;

    private final boolean pinned;

    /** A machine whose processes are pinned if requested and possible. */
    public Machine(boolean wanted) {
        this.pinned = wanted && Runtime.getRuntime().availableProcessors() > 1 && hasTaskset();
    }

    private static boolean hasTaskset() {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(path.split(File.pathSeparator)).anyMatch(each -> new File(each, "taskset").canExecute());
    }

    /** The command prefixed to run on the core of the servers. */
    public List<String> asServer(List<String> command) {
        if (!pinned) {
            return command;
        }
        List<String> all = new ArrayList<>(List.of("taskset", "-c", Integer.toString(SERVER_CORE)));
        all.addAll(command);
        return all;
    }

    /** Pins this process, the load generator, to its own core. */
    public void takeLoadCore() throws IOException, InterruptedException {
        if (pinned) {
            String self = Long.toString(ProcessHandle.current().pid());
            new ProcessBuilder("taskset", "-acp", Integer.toString(LOAD_CORE), self)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        }
    }

    /** Processor, cores and operating system in one line. */
    public String describe() {
        return processor() + ", " + cores() + " cores, " + System.getProperty("os.name") + " "
                + System.getProperty("os.version")
                + (pinned ? ", servers on core " + SERVER_CORE + ", load on core " + LOAD_CORE : ", nothing pinned");
    }

    private static String processor() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException | UncheckedIOException e) {
            return System.getProperty("os.arch");
        }
    }

    private static int cores() {
        try (Stream<String> lines = Files.lines(STAT)) {
            return (int) lines.filter(line -> line.matches("cpu\\d+ .*")).count();
        } catch (IOException | UncheckedIOException e) {
            return Runtime.getRuntime().availableProcessors();
        }
    }

    /** Busy time of all cores since boot, in nanoseconds; 0 if unknown. */
    public long busyNanos() {
        try (Stream<String> lines = Files.lines(STAT)) {
            long[] ticks = Arrays.stream(lines.findFirst()
                            .orElse("")
                            .replaceFirst("cpu +", "")
                            .split(" "))
                    .mapToLong(Long::parseLong)
                    .toArray();
            long busy = 0;
            for (int i = 0; i <= STEAL_FIELD; i++) {
                busy += i == IDLE_FIELD || i == IO_WAIT_FIELD ? 0 : ticks[i];
            }
            return busy * 10_000_000;
        } catch (IOException | UncheckedIOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return 0;
        }
    }
}
