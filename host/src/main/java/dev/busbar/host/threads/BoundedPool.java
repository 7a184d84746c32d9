package dev.busbar.host.threads;

import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A bounded number of threads with a bounded queue: the bulkhead of one generation, or of some slow routes of the host.
 * A task goes to an idle thread, else to a new one while there are fewer than the maximum, else into the queue, else it
 * is rejected; so a pool without tasks has no threads. May be called from any thread.
 */
public final class BoundedPool implements AutoCloseable {
    private static final long IDLE_SECONDS = 10;

    private final DispatchQueue queue;
    private final ThreadPoolExecutor pool;

    /**
     * A pool without threads.
     *
     * @param name the prefix of the thread names, before a number
     * @param loader the context class loader of its threads
     * @param maxQueued the max number of tasks that wait while all threads are busy
     */
    public BoundedPool(String name, ClassLoader loader, int maxThreads, int maxQueued) {
        queue = new DispatchQueue(maxThreads, maxQueued);
        // the queue counts the threads: a second bound could reject a new one while another one is just ending
        pool = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, queue, Threads.factory(name, loader));
    }

    /** A pool with the host's class loader. */
    public BoundedPool(String name, int maxThreads, int maxQueued) {
        this(name, BoundedPool.class.getClassLoader(), maxThreads, maxQueued);
    }

    /** Takes a task to be run soon; returns false when all threads are busy and the queue is full, or when closed. */
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

    /** The current number of threads. */
    public int size() {
        return pool.getPoolSize();
    }

    /** Interrupts running tasks, and returns the waiting ones, which are dropped. */
    public List<Runnable> shutDown() {
        return pool.shutdownNow();
    }

    /** Interrupts running tasks and drops waiting ones. */
    @Override
    public void close() {
        List<Runnable> unused = shutDown();
    }

    /** Waits until all threads have ended; returns false when some are still there after the limit. */
    public boolean awaitEnd(long millis) throws InterruptedException {
        return pool.awaitTermination(millis, TimeUnit.MILLISECONDS);
    }
}
