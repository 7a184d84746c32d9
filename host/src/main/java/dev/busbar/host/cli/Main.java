package dev.busbar.host.cli;

import dev.busbar.host.Host;
import dev.busbar.host.HostSettings;
import dev.busbar.host.config.ConfigurationException;
import dev.busbar.host.config.Sources;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** The entry point of the process: {@code busbar serve [--key=value …]}, or a command of {@link CommandLine}. */
public final class Main {
    private static final int REFUSED = 1;

    private final PrintStream out;
    /** Where secrets go: without a buffer, in which they would stay. */
    private final OutputStream unbuffered;

    private final AtomicBoolean refused = new AtomicBoolean();

    private Main(PrintStream out, OutputStream unbuffered) {
        this.out = out;
        this.unbuffered = unbuffered;
    }

    /** Runs a command; ends the process with 0 when it is done, 1 when it failed, 2 when it was not understood. */
    public static void main(String[] arguments) {
        Main main = new Main(System.out, new FileOutputStream(FileDescriptor.out));
        int code = main.run(List.of(arguments));
        if (code != 0) {
            main.refused.set(true);
            System.exit(code);
        }
    }

    int run(List<String> arguments) {
        if (SigningCommand.isOne(arguments)) {
            return new SigningCommand(out).run(arguments.subList(1, arguments.size()));
        }
        if (arguments.isEmpty() || !arguments.get(0).equals("serve")) {
            Path here = Path.of("").toAbsolutePath();
            return new CommandLine(CommandLine.all(), System.getenv(), here, out, System.err).run(arguments);
        }
        try {
            serve(HostSettings.load(Sources.system(arguments.subList(1, arguments.size()))));
            return 0;
        } catch (ConfigurationException | IllegalArgumentException | IllegalStateException e) {
            out.println(e.getMessage());
            return REFUSED;
        } catch (IOException e) {
            out.println("cannot start: " + e);
            return REFUSED;
        }
    }

    private void serve(HostSettings settings) throws IOException {
        Host host = Host.start(
                settings, begun -> Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(begun), "busbar-stop")));
        out.println("Busbar is ready at " + host.url());
        host.adminUrl().ifPresent(url -> out.println("its admin API is at " + url));
        Optional<String> key = host.takeBootstrapKey();
        if (key.isPresent() && !settings.environment().equals("development")) {
            // What is printed there ends up in a log, which is kept and read by others.
            out.println("the admin key is in " + settings.data().resolve("admin.key"));
        } else if (key.isPresent()) {
            out.println("admin key (shown once; also in " + settings.data().resolve("admin.key") + "):");
            out.flush();
            unbuffered.write(("  " + key.get() + System.lineSeparator()).getBytes(StandardCharsets.US_ASCII));
        }
    }

    /**
     * After a signal, without the halt, the exit code would be that of the signal, which supervisors take for a crash. A
     * host that refused to start has an exit code of its own.
     */
    private void stop(Host host) {
        host.close();
        if (!refused.get()) {
            Runtime.getRuntime().halt(0);
        }
    }
}
