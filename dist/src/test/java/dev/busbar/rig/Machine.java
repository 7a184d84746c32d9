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
 * The machine that measures: which core the servers get and which the load, and how busy it was with other things. Knows
 * Linux; elsewhere nothing is pinned and the machine is taken to be quiet.
 */
public final class Machine {
    private static final Path STAT = Path.of("/proc/stat");
    private static final int SERVER_CORE = 0;
    private static final int LOAD_CORE = 1;
    private static final int IDLE_FIELD = 3;
    private static final int IO_WAIT_FIELD = 4;
    private static final int STEAL_FIELD = 7;

    private final boolean pinned;

    /** A machine whose processes are pinned where that is wanted and can be done. */
    public Machine(boolean wanted) {
        this.pinned = wanted && Runtime.getRuntime().availableProcessors() > 1 && hasTaskset();
    }

    private static boolean hasTaskset() {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(path.split(File.pathSeparator)).anyMatch(each -> new File(each, "taskset").canExecute());
    }

    /** A command that runs on the core of the servers. */
    public List<String> asServer(List<String> command) {
        if (!pinned) {
            return command;
        }
        List<String> all = new ArrayList<>(List.of("taskset", "-c", Integer.toString(SERVER_CORE)));
        all.addAll(command);
        return all;
    }

    /** Moves this process, which makes the load, to a core of its own. */
    public void takeLoadCore() throws IOException, InterruptedException {
        if (pinned) {
            String self = Long.toString(ProcessHandle.current().pid());
            new ProcessBuilder("taskset", "-acp", Integer.toString(LOAD_CORE), self)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        }
    }

    /** In one line: processor, cores, system. */
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

    /** How long all cores together were busy since the machine was started, in nanoseconds; 0 where it is not known. */
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
