package dev.busbar.plugin.testing;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The threads that run one platform's code. They are a thread group of their own, which a thread started by that code
 * inherits: so it is known whose it is, however many tests run at once. Thread-safe.
 */
final class TestThreads {
    /**
     * The time within which a thread has to end after close(). The selector thread of the JDK's HTTP client needs most
     * of it: up to JDK 20 it looks every three seconds whether its client was collected.
     */
    static final long END_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long COLLECTION_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final ThreadGroup group;
    private final ExecutorService own;

    TestThreads(Class<?> platform) {
        startSharedThreads();
        ThreadGroup made = new ThreadGroup("platform " + platform.getSimpleName());
        group = made;
        own = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(made, task, "harness");
            thread.setDaemon(true);
            thread.setContextClassLoader(platform.getClassLoader());
            return thread;
        });
    }

    /** The JDK's thread for timeouts would belong to the first platform that needs it, and never ends. */
    private static void startSharedThreads() {
        CompletableFuture.delayedExecutor(0, TimeUnit.NANOSECONDS).execute(() -> {});
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

    /** Interrupts its own threads and starts no more. */
    void shutDown() {
        own.shutdownNow();
    }

    /**
     * Ends its own threads, waits for those that the platform has started, and returns those that do not end. Collects
     * garbage meanwhile, since a client that was dropped ends its thread once it was collected.
     */
    List<String> end() {
        shutDown();
        long begin = System.nanoTime();
        long collected = begin;
        List<String> left = left();
        while (!left.isEmpty()
                && System.nanoTime() - begin < END_NANOS
                && !Thread.currentThread().isInterrupted()) {
            if (System.nanoTime() - collected > COLLECTION_NANOS) {
                System.gc();
                collected = System.nanoTime();
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            left = left();
        }
        return left;
    }

    private List<String> left() {
        return alive().stream()
                .map(ThreadSnapshot::of)
                .filter(thread -> !thread.hasEnded() && !thread.idlesOut())
                .map(ThreadSnapshot::describe)
                .toList();
    }

    private List<Thread> alive() {
        Thread[] found = new Thread[group.activeCount() + 16];
        int count = group.enumerate(found);
        return Arrays.asList(found).subList(0, count);
    }
}
