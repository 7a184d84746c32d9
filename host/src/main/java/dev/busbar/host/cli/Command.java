package dev.busbar.host.cli;

import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One command. Immutable.
 *
 * @param name its words, such as {@code audit tail}
 * @param options how its own options are shown
 * @param summary one sentence without its full stop
 * @param values the options of its own that need a value
 * @param flags those that have none
 */
record Command(String name, String options, String summary, Set<String> values, Set<String> flags, Action action) {
    private static final Set<String> VALUES = Set.of("url", "data");
    private static final Set<String> FLAGS = Set.of("json", "insecure");

    /** What it does. */
    @FunctionalInterface
    interface Action {
        /** Does it, and answers the exit code. */
        int run(Call call) throws FailedException, UsageException, IOException, InterruptedException;
    }

    /** Copies what it is given. */
    Command {
        values = Set.copyOf(values);
        flags = Set.copyOf(flags);
    }

    Set<String> allValues() {
        return join(values, VALUES);
    }

    Set<String> allFlags() {
        return join(flags, FLAGS);
    }

    private static Set<String> join(Set<String> own, Set<String> common) {
        return Stream.concat(own.stream(), common.stream()).collect(Collectors.toUnmodifiableSet());
    }

    String usage() {
        return "busbar " + name + (options.isEmpty() ? "" : " " + options);
    }
}
