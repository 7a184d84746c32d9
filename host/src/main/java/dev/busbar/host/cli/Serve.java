package dev.busbar.host.cli;

import dev.busbar.host.config.ConfigurationException;
import dev.busbar.host.config.Sources;
import dev.busbar.host.settings.HostSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** {@code busbar serve}: runs a host. All of its arguments but {@code --help} are configuration. For one thread. */
@CommandLine.Command(
        name = "serve",
        customSynopsis = "busbar serve [--section.key=value ...]",
        description = {
            "Run a host until it is told to stop.",
            "Each key of the configuration can be given, such as --port=0 or --limits.default.limit=50."
        })
final class Serve implements Callable<Integer> {
    private final Console console;
    private final Starter starter;

    @CommandLine.Unmatched
    private final List<String> configuration = new ArrayList<>();

    /** Starts the host, and leaves it running. */
    @FunctionalInterface
    interface Starter {
        /** Returns once the host is ready. */
        void start(HostSettings settings) throws IOException;
    }

    Serve(Console console, Starter starter) {
        this.console = console;
        this.starter = starter;
    }

    @Override
    public Integer call() {
        try {
            starter.start(HostSettings.load(Sources.system(configuration)));
            return Cli.DONE;
        } catch (ConfigurationException | IllegalArgumentException | IllegalStateException e) {
            console.errors().println(e.getMessage());
        } catch (IOException e) {
            console.errors().println("cannot start: " + e);
        }
        return Cli.FAILED;
    }
}
