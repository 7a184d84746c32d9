package dev.busbar.host.pipeline;

import java.util.Optional;

/** Which request a thread answers. A thread sets and sees only its own; what a handler hands to others is not seen there. */
public final class Answering {
    private static final ThreadLocal<Invocation> CURRENT = new ThreadLocal<>();

    private Answering() {}

    /** The request that this thread answers; empty when it answers none. */
    public static Optional<Invocation> current() {
        return Optional.ofNullable(CURRENT.get());
    }

    /** Says that this thread answers a request from now on, until {@link #end}. */
    public static void begin(Invocation invocation) {
        CURRENT.set(invocation);
    }

    /** Says that this thread answers none. */
    public static void end() {
        CURRENT.remove();
    }
}
