package dev.busbar.host.entry;

import dev.busbar.host.pipeline.Acting;

/**
 * One visit of a thread to a generation's code. A {@link Door} calls its methods, all of them on the thread that enters,
 * but for {@link #kind}, {@link #label}, {@link #acting}, {@link #overdueNanos} and
 * {@link #mayBeInterrupted}, which any thread may ask.
 */
public interface Entry {
    /** What enters. */
    enum Kind {
        /** A request, or a call of another platform. */
        REQUEST,
        /** A task that the plugin gave to its executor, or to its scheduler to run once. */
        TASK,
        /** One run of a task that the plugin's scheduler repeats. */
        TICK,
        /** A call of the host about the life of the generation, such as {@code start()}. */
        LIFECYCLE
    }

    /** How an entry passes the gate. */
    enum Pass {
        /** It holds a lease already, as a routed request does, and gives it back by itself. */
        WITH_LEASE,
        /** It takes a lease for as long as it is inside. */
        TAKES_LEASE,
        /** It needs none: the generation is not drained before it ends. */
        WITHOUT_LEASE,
        /** It enters behind everything else, when the gate is closed. */
        AFTER_CLOSE
    }

    /** What enters. */
    Kind kind();

    /** A name for people, such as {@code GET /bills} or {@code start()}. */
    String label();

    /** As whom it runs. */
    Acting acting();

    /** How it passes the gate. */
    Pass pass();

    /** For how long it should have left; negative while it is in time, or where it has no limit. */
    default long overdueNanos() {
        return -1;
    }

    /** Whether it may be interrupted now. */
    default boolean mayBeInterrupted() {
        return true;
    }

    /** Runs the plugin's code. The only method that does; whatever it throws goes to {@link #failed}. */
    void run() throws Throwable;

    /**
     * The code threw. Still inside: a failure of the plugin's own class runs its code again when it is asked what it is.
     */
    void failed(Throwable failure);

    /** The gate was closed, so that the code was not entered. */
    void refused();

    /** Called last, whatever happened, with the thread's interrupt cleared. */
    default void left() {}
}
