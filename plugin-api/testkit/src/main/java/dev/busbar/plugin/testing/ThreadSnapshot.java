package dev.busbar.plugin.testing;

import java.util.Arrays;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.stream.Collectors;

/**
 * One thread with its stack at one moment. Immutable but for the thread itself.
 *
 * @param thread the thread
 * @param state its state
 * @param stack its stack, the innermost frame first; empty once it has ended
 */
record ThreadSnapshot(Thread thread, Thread.State state, StackTraceElement[] stack) {
    private static final int FRAMES = 6;

    /** Ends when nothing timed out for a minute; it neither can be asked to end nor be told from its stack. */
    private static final String OKIO_WATCHDOG = "okio.AsyncTimeout$Watchdog";

    static ThreadSnapshot of(Thread thread) {
        return new ThreadSnapshot(thread, thread.getState(), thread.getStackTrace());
    }

    boolean hasEnded() {
        return state == Thread.State.TERMINATED || !thread.isAlive();
    }

    /**
     * Whether it waits for nothing but its idle time to pass, after which it ends by itself: a worker of a pool that
     * polls with a limit, one of a fork-join pool that scans for work, the watchdog of Okio.
     */
    boolean idlesOut() {
        if (thread.getClass().getName().equals(OKIO_WATCHDOG)) {
            return true;
        }
        if (thread instanceof ForkJoinWorkerThread) {
            return Arrays.stream(stack).anyMatch(frame -> frame.getMethodName().equals("awaitWork"));
        }
        for (int i = 1; i < stack.length; i++) {
            boolean isIdle = stack[i].getMethodName().equals("getTask")
                    && stack[i].getClassName().equals("java.util.concurrent.ThreadPoolExecutor");
            if (isIdle) {
                StackTraceElement queue = stack[i - 1];
                return queue.getMethodName().equals("poll")
                        && !queue.getClassName().endsWith("$DelayedWorkQueue")
                        && state == Thread.State.TIMED_WAITING;
            }
        }
        return false;
    }

    /** The frames in which every waiting thread is alike. */
    private static boolean parks(StackTraceElement frame) {
        String type = frame.getClassName();
        return type.equals("jdk.internal.misc.Unsafe")
                || type.startsWith("java.util.concurrent.locks.")
                || type.equals("java.util.concurrent.ForkJoinPool");
    }

    /** Its name and the top of its stack, from the caller of the lock on where it waits for one. */
    String describe() {
        String frames = Arrays.stream(stack)
                .dropWhile(ThreadSnapshot::parks)
                .limit(FRAMES)
                .map(StackTraceElement::toString)
                .collect(Collectors.joining(", called from "));
        return "\"" + thread.getName() + "\"" + (frames.isEmpty() ? "" : " at " + frames);
    }
}
