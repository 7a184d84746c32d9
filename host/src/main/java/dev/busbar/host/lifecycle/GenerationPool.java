package dev.busbar.host.lifecycle;

import dev.busbar.host.routing.Workers;
import java.util.concurrent.LinkedTransferQueue;
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

    private final ThreadPoolExecutor pool;

    GenerationPool(String name, ClassLoader loader, int maxThreads, int maxQueued) {
        HandOffQueue queue = new HandOffQueue();
        pool = new ThreadPoolExecutor(
                0, maxThreads, IDLE_SECONDS, TimeUnit.SECONDS, queue, threads(name, loader), (task, executor) -> {
                    if (executor.isShutdown() || !queue.offerWaiting(task, maxQueued)) {
                        throw new RejectedExecutionException(name);
                    }
                });
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
        try {
            pool.execute(task);
            return true;
        } catch (RejectedExecutionException full) {
            return false;
        }
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

    /** Refuses an offer unless a thread waits for it, so that the pool makes a new thread before it queues. */
    private static final class HandOffQueue extends LinkedTransferQueue<Runnable> {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task);
        }

        /** The bound may be passed by as many as offer at the same moment. */
        boolean offerWaiting(Runnable task, int maxQueued) {
            if (size() >= maxQueued) {
                return false;
            }
            put(task);
            return true;
        }
    }
}
