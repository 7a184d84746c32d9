package dev.busbar.host.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * Environment of a command: variables, working directory and output streams. Immutable; for one thread.
 *
 * @param environment the environment variables of the process
 * @param directory the working directory, which relative files are resolved against
 * @param out standard output, for results
 * @param errors standard error, for everything else
 */
record Console(Map<String, String> environment, Path directory, PrintStream out, PrintStream errors) {
    /** Copies the variables. */
    Console {
        environment = Map.copyOf(environment);
    }

    /** Prints a line of the result; returns false when the reader has closed the stream. */
    boolean print(String line) {
        out.println(line);
        return !out.checkError();
    }

    /**
     * Shows how far long work is, in place of what was shown before; nothing where errors go to no terminal, which the
     * launcher tells.
     */
    void progress(String text) {
        if (Boolean.getBoolean("busbar.terminal")) {
            errors.print("\r" + text + "\u001b[K");
            errors.flush();
        }
    }

    @Override
    public String toString() {
        return "console in " + directory; // the variables may hold a key
    }
}
