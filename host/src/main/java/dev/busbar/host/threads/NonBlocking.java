package dev.busbar.host.threads;

import org.jspecify.annotations.Nullable;

/**
 * The mark of threads that must not block, such as event-loop threads: while one of them blocks, all connections that
 * it reads from wait. Code that may block calls {@link #forbid} or {@link #requireWorker} first; on a marked thread
 * both throw before any side effect. Any thread may call.
 */
public final class NonBlocking {
    private static final ThreadLocal<@Nullable Mark> MARK = new ThreadLocal<>();

    /** The state of a thread. Confined to its thread; reused, so that marking the thread again allocates nothing. */
    private static final class Mark {
        private boolean set;
    }

    /** Thrown on a thread that must not block, by code that may; nothing has been done by then. */
    public static final class WouldBlockException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private WouldBlockException(String what, boolean expected) {
            super(
                    what + " may block, and thread " + Thread.currentThread().getName()
                            + " must not (expected: to be called on a worker thread)",
                    null,
                    false,
                    !expected);
        }
    }

    private NonBlocking() {}

    /** Runs a task on this thread, which must not block until the task has returned or thrown. */
    public static void run(Runnable task) {
        Mark mark = MARK.get();
        if (mark == null) {
            mark = new Mark();
            MARK.set(mark);
        }
        boolean outer = mark.set;
        mark.set = true;
        try {
            task.run();
        } finally {
            mark.set = outer;
        }
    }

    /** Returns whether this thread must not block now. */
    public static boolean isCurrent() {
        Mark mark = MARK.get();
        return mark != null && mark.set;
    }

    /**
     * Guards code that may block and must not be called here: the exception is a fault of the caller.
     * @param what the code that may block, as the subject of a sentence, such as {@code the store}
     * @throws WouldBlockException on a thread that must not block, with its stack trace
     */
    public static void forbid(String what) {
        if (isCurrent()) {
            throw new WouldBlockException(what, false);
        }
    }

    /**
     * Ends a step that has to block, so that its caller retries it on a worker thread.
     *
     * @param what the code that may block, as the subject of a sentence
     * @throws WouldBlockException on a thread that must not block, without a stack trace: this is no fault
     */
    public static void requireWorker(String what) {
        if (isCurrent()) {
            throw new WouldBlockException(what, true);
        }
    }
}
