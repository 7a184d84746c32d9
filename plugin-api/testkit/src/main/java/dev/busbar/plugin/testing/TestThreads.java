package dev.busbar.plugin.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The threads that run one platform's code. They are a thread group of their own, which a thread started by that code
 * inherits: so it is known whose it is, however many tests run at once. Thread-safe.
 */
final class TestThreads {
    private static final long END_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final ThreadGroup group;
    private final ExecutorService own;

    TestThreads(Class<?> platform) {
        ThreadGroup made = new ThreadGroup("platform " + platform.getSimpleName());
        group = made;
        own = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(made, task, "harness");
            thread.setDaemon(true);
            thread.setContextClassLoader(platform.getClassLoader());
            return thread;
        });
    }

    /** Runs something and waits for it; what it throws is thrown as it is. */
    <T> T run(Callable<T> step) throws Exception {
        try {
            return own.submit(step).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof Exception exception ? exception : e;
        }
    }

    <T> Future<T> submit(Callable<T> step) {
        return own.submit(step);
    }

    /** Ends its own threads, and names those that others have started and that do not end soon. */
    List<String> end() {
        own.shutdownNow();
        long until = System.nanoTime() + END_NANOS;
        List<String> left = new ArrayList<>();
        for (Thread thread : alive()) {
            awaitEnd(thread, until);
            StackTraceElement[] stack = thread.getStackTrace();
            if (thread.isAlive()) {
                left.add("\"" + thread.getName() + "\"" + (stack.length == 0 ? "" : " at " + stack[0]));
            }
        }
        return left;
    }

    private static void awaitEnd(Thread thread, long untilNanos) {
        try {
            TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, untilNanos - System.nanoTime()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Thread> alive() {
        Thread[] found = new Thread[group.activeCount() + 16];
        int count = group.enumerate(found);
        return Arrays.asList(found).subList(0, count);
    }
}
