package dev.busbar.host.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * Options of every command that talks to a running host: which host, and in which form the result is printed. For one
 * thread.
 */
final class HostOptions {
    private final Console console;

    @CommandLine.Option(
            names = "--url",
            paramLabel = "URL",
            converter = UrlConverter.class,
            description = "The host, such as https://busbar:8443; else the one that runs on the data directory.")
    private @Nullable URI url;

    @CommandLine.Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The data directory of the host; else BUSBAR_DATA, else ./data.")
    private @Nullable Path data;

    @CommandLine.Option(names = "--insecure", description = "Send the key over plain HTTP to another machine.")
    private boolean insecure;

    @CommandLine.Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    HostOptions(Console console) {
        this.console = console;
    }

    /** Parses the address of a host; an invalid value is not repeated, because it may contain a password. */
    static final class UrlConverter implements CommandLine.ITypeConverter<URI> {
        @Override
        public URI convert(String value) {
            return Target.parse(value)
                    .orElseThrow(() -> new CommandLine.TypeConversionException(
                            "not the address of a host (expected: such as https://busbar:8443)"));
        }
    }

    /** The running host that the options select. */
    Target target() throws FailedException {
        Path directory = data == null ? Path.of(console.environment().getOrDefault("BUSBAR_DATA", "data")) : data;
        return Target.of(
                Optional.ofNullable(url), console.directory().resolve(directory), insecure, console.environment());
    }

    /** A client of the running host. */
    Api api() throws FailedException {
        return new Api(target());
    }

    /** Prints a result as it is wanted. */
    int print(Tree response, Table table) {
        if (json) {
            console.print(response.json());
        } else {
            table.lines().forEach(console::print);
        }
        return Cli.DONE;
    }

    boolean isJson() {
        return json;
    }
}
