package dev.busbar.host.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A command as it was called. Immutable.
 *
 * @param environment the variables of the process
 * @param directory the working directory
 * @param out where results go
 * @param notes where remarks go that are no result
 */
record Call(Options options, Map<String, String> environment, Path directory, PrintStream out, PrintStream notes) {
    /** The host that is meant. */
    Api api() throws FailedException, UsageException {
        return new Api(Target.of(this));
    }

    boolean isJson() {
        return options.has("json");
    }

    /** A file that an option names. */
    Optional<Path> file(String option) {
        return options.value(option).map(directory::resolve);
    }

    /** Prints a line; false when nobody reads any more. */
    boolean print(String line) {
        out.println(line);
        return !out.checkError();
    }

    @Override
    public String toString() {
        return "a call of a command";
    }
}
