package dev.busbar.host.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The thread that has begun the end of the process. A plugin may have: by reflection it gets around the guard against
 * calls that end the process. Stateless; asked by a shutdown hook, while that thread waits for the hooks.
 */
final class Ender {
    /** The class of the JDK whose code runs in the thread that has received a signal. */
    private static final String SIGNAL = "java.lang.Terminator";

    private static final List<String> EXIT = List.of("java.lang.Runtime", "java.lang.Shutdown");

    private Ender() {}

    /** The thread that has ended the process other than by a signal, with its stack; empty for a signal. */
    static Optional<String> withoutSignal() {
        Map<Thread, StackTraceElement[]> all = Thread.getAllStackTraces();
        if (all.values().stream().anyMatch(Ender::isOfSignal)) {
            return Optional.empty();
        }
        return Optional.of(all.entrySet().stream()
                .filter(thread -> isExiting(thread.getValue()))
                .map(thread -> "thread " + thread.getKey().getName() + stack(thread.getValue()))
                .findFirst()
                .orElse("no thread was left that keeps it running"));
    }

    private static boolean isOfSignal(StackTraceElement[] stack) {
        return Arrays.stream(stack).anyMatch(frame -> frame.getClassName().startsWith(SIGNAL));
    }

    private static boolean isExiting(StackTraceElement[] stack) {
        return Arrays.stream(stack)
                .anyMatch(frame -> EXIT.contains(frame.getClassName())
                        && frame.getMethodName().equals("exit"));
    }

    private static String stack(StackTraceElement[] stack) {
        StringBuilder lines = new StringBuilder();
        for (StackTraceElement frame : stack) {
            lines.append("\n\tat ").append(frame);
        }
        return lines.toString();
    }
}
