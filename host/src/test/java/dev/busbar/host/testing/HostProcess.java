package dev.busbar.host.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A host in its own process, for plugins that kill it. */
public final class HostProcess {
    private static final long LIMIT_SECONDS = 60;

    private HostProcess() {}

    /**
     * Runs a host on a data directory until its process ends.
     *
     * @return the exit code
     */
    public static int runUntilItDies(Path data) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(command(data))
                .redirectErrorStream(true)
                .redirectOutput(data.resolve("child.log").toFile())
                .start();
        try {
            if (!child.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the host lives on, see " + data.resolve("child.log"));
            }
            return child.exitValue();
        } finally {
            child.destroyForcibly();
        }
    }

    /** Starts a host, which the test must end. */
    public static Process start(Path data) throws IOException {
        return new ProcessBuilder(command(data))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static List<String> command(Path data) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", // starts faster
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                HostProcess.class.getName(),
                data.toString());
    }

    /**
     * Starts a host whose files may not grow beyond a size, as if the disk were full.
     *
     * @param kibibytes the max size
     */
    public static Process startLimited(Path data, long kibibytes) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("bash", "-c", "ulimit -f " + kibibytes + "; exec \"$0\" \"$@\""));
        command.addAll(command(data));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** The child. */
    public static void main(String[] args) throws IOException {
        TestHost.startAsIs(Path.of(args[0]), host -> Runtime.getRuntime().addShutdownHook(new Thread(host::close)));
    }
}
