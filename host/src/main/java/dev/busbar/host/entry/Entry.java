package dev.busbar.host.entry;

import dev.busbar.host.pipeline.Acting;

/**
 * One call into a generation's code. A {@link Door} calls its methods on the thread that enters; {@link #kind}, {@link
 * #label}, {@link #acting}, {@link #overdueNanos}, {@link #mayBeInterrupted} and {@link #cut} may be called by any thread.
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
        /** One run of a job. */
        JOB,
        /** A call of the host about the life of the generation, such as {@code start()}. */
        LIFECYCLE
    }

    /** The way of an entry through the gate. */
    enum Pass {
        /** It holds a lease already, as a routed request does, and releases the lease itself. */
        WITH_LEASE,
        /** It holds a lease while it runs. */
        TAKES_LEASE,
        /** It needs none: the generation is not drained before it ends. */
        WITHOUT_LEASE,
        /** It enters after all other entries, when the gate is closed. */
        AFTER_CLOSE
    }

    /** What enters. */
    Kind kind();

    /** A name for people, such as {@code GET /bills} or {@code start()}. */
    String label();

    /** The identity that the code acts under. */
    Acting acting();

    /** The way of this entry through the gate. */
    Pass pass();

    /** The time since its deadline; negative before the deadline, and without one. */
    default long overdueNanos() {
        return -1;
    }

    /** Returns whether it may be interrupted now. */
    default boolean mayBeInterrupted() {
        return true;
    }

    /** Ends what must not continue, such as a stream: the gate was closed by force while this entry is running. */
    default void cut() {}

    /** Runs the plugin's code. The only method that does; a throwable goes to {@link #failed}. */
    void run() throws Throwable;

    /**
     * Called when the code has thrown, still inside the gate: a throwable of a plugin's class runs plugin code when its
     * message is read.
     */
    void failed(Throwable failure);

    /** Called when the gate was closed, so that the code was not entered. */
    void refused();

    /** Called last in every case, with the thread's interrupt cleared. */
    default void left() {}
}
