package dev.busbar.host.lifecycle;

import dev.busbar.host.routing.Workers;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The bounded threads of one generation. A task goes to an idle thread, else to a new one while there are fewer than the
 * most, else into the queue, else it is refused; so a platform without traffic has no threads. May be called from any
 * thread.
 */
final class GenerationPool implements Workers, AutoCloseable {
    private static final long IDLE_SECONDS = 10;

    private final HandOffQueue queue;
    private final ThreadPoolExecutor pool;

    GenerationPool(String name, ClassLoader loader, int maxThreads, int maxQueued) {
        queue = new HandOffQueue(maxThreads, maxQueued);
        // the queue counts the threads: a second bound could refuse one in the place of one that is just ending
        pool = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, queue, threads(name, loader));
    }

    /** Daemon threads whose context class loader is the generation's; they die with its pool. */
    static ThreadFactory threads(String name, ClassLoader loader) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(null, task, name + "-" + number.incrementAndGet(), 0, false);
            thread.setDaemon(true);
            thread.setContextClassLoader(loader);
            return thread;
        };
    }

    @Override
    public boolean offer(Runnable task) {
        return switch (queue.reserve()) {
            case QUEUE -> enqueue(task);
            case NEW_THREAD -> start(task);
            case NONE -> false;
        };
    }

    private boolean enqueue(Runnable task) {
        queue.enqueue(task);
        return !pool.isShutdown() || !queue.remove(task);
    }

    private boolean start(Runnable task) {
        boolean started = false;
        try {
            pool.execute(task);
            started = true;
        } catch (RejectedExecutionException closed) {
            return false;
        } finally {
            if (!started) {
                queue.threadFailed();
            }
        }
        return true;
    }

    /** How many threads there are now. */
    int size() {
        return pool.getPoolSize();
    }

    /** Interrupts what runs and drops what waits. */
    @Override
    public void close() {
        pool.shutdownNow();
    }

    /** Waits until all threads are gone; false when some are still there after the limit. */
    boolean awaitEnd(long millis) throws InterruptedException {
        return pool.awaitTermination(millis, TimeUnit.MILLISECONDS);
    }
}
