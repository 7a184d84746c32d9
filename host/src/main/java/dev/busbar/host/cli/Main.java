package dev.busbar.host.cli;

import dev.busbar.host.Host;
import dev.busbar.host.settings.HostSettings;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Entry point of the process: {@code busbar serve [--section.key=value …]} or another command of {@link Cli}. */
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private final PrintStream out;
    /** The stream for secrets: unbuffered, so that they do not stay in a buffer. */
    private final OutputStream unbuffered;

    private final AtomicBoolean failed = new AtomicBoolean();

    private Main(PrintStream out, OutputStream unbuffered) {
        this.out = out;
        this.unbuffered = unbuffered;
    }

    /**
     * Runs a command; ends the process with 0 when it is done, 1 when it was refused or failed, 2 for a usage error, 3 for an
     * audit trail that is not intact.
     */
    public static void main(String[] arguments) {
        Main main = new Main(System.out, new FileOutputStream(FileDescriptor.out));
        Path directory = Path.of("").toAbsolutePath();
        Console console = new Console(System.getenv(), directory, System.out, System.err);
        int code = Cli.of(console, new Serve(console, main::serve)).execute(arguments);
        if (code != Cli.DONE) {
            main.failed.set(true);
            System.exit(code);
        }
    }

    private void serve(HostSettings settings) throws IOException {
        Host host = Host.start(
                settings, begun -> Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(begun), "busbar-stop")));
        out.println("Busbar is ready at " + host.url());
        host.adminUrl().ifPresent(url -> out.println("its admin API is at " + url));
        Optional<String> key = host.takeBootstrapKey();
        if (key.isPresent() && !settings.base().environment().equals("development")) {
            // Standard output usually ends up in a log that others can read.
            out.println("the admin key is in " + settings.base().data().resolve("admin.key"));
        } else if (key.isPresent()) {
            out.println(
                    "admin key (shown once; also in " + settings.base().data().resolve("admin.key") + "):");
            out.flush();
            unbuffered.write(("  " + key.get() + System.lineSeparator()).getBytes(StandardCharsets.US_ASCII));
        }
    }

    /**
     * Without the halt the exit code after a signal would be that of the signal, which supervisors treat as a crash; and
     * that of a plugin that ends the process is its own choice, which they may treat as success. A host that failed to
     * start has an exit code of its own.
     */
    private void stop(Host host) {
        Optional<String> ender = failed.get() ? Optional.empty() : Ender.withoutSignal();
        ender.ifPresent(who -> LOG.error("the process was ended by no signal, but by {}", who));
        host.close();
        if (!failed.get()) {
            Runtime.getRuntime().halt(ender.isPresent() ? Cli.FAILED : Cli.DONE);
        }
    }
}
