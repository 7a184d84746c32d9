package dev.busbar.host.generation;

import dev.busbar.host.isolation.Artifact;
import java.util.Arrays;
import java.util.Set;

/** The place at which a step of a plugin hangs, for a receipt. Stateless. */
final class Hanging {
    private Hanging() {}

    /** The top of a stack, and the line of the plugin that has led there, to follow a sentence; empty without a stack. */
    static String at(StackTraceElement[] stack, Artifact artifact) {
        if (stack.length == 0) {
            return "";
        }
        Set<String> own = Set.copyOf(artifact.classes().names());
        String caller = Arrays.stream(stack)
                .skip(1)
                .filter(frame -> own.contains(frame.getClassName()))
                .findFirst()
                .map(frame -> own.contains(stack[0].getClassName()) ? "" : ", called at " + frame)
                .orElse("");
        return "; it is at " + stack[0] + caller;
    }
}
