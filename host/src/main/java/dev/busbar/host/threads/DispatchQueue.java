package dev.busbar.host.threads;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Queue of tasks on their way to the threads of one {@link BoundedPool}, with the count of both. A task goes through
 * the queue even when a thread waits for it: a thread that has just finished may take it first, and waking a thread is
 * most of the cost of a dispatch. One atomic word decides, so that no task waits for busy threads while there may be
 * one more, and no thread goes on whom a task counts. Thread-safe.
 *
 * <p>The word: bits 32–63 count threads; bits 0–31, signed, the threads that wait less the tasks that do.
 */
final class DispatchQueue extends LinkedBlockingQueue<Runnable> {
    private static final long serialVersionUID = 1L;
    private static final long THREAD = 1L << 32;

    private final int maxThreads;
    private final int maxWaiting;
    private final AtomicLong word = new AtomicLong();

    /** The destination of a task. */
    enum Place {
        QUEUE,
        NEW_THREAD,
        NONE
    }

    /** A queue with a max number of threads, and of tasks that wait while all threads are busy. */
    DispatchQueue(int maxThreads, int maxWaiting) {
        this.maxThreads = maxThreads;
        this.maxWaiting = maxWaiting;
    }

    /** Reserves a place for one more task; the caller has to use it. */
    Place reserve() {
        while (true) {
            long now = word.get();
            int spare = (int) now;
            boolean full = (now - spare) >> 32 >= maxThreads;
            if (spare > 0 || (full && spare > -maxWaiting)) {
                if (word.compareAndSet(now, now - 1)) {
                    return Place.QUEUE;
                }
            } else if (full) {
                return Place.NONE;
            } else if (word.compareAndSet(now, now + THREAD)) {
                return Place.NEW_THREAD;
            }
        }
    }

    /** Releases the place of a thread that could not be started. */
    void threadFailed() {
        word.addAndGet(-THREAD);
    }

    /** Uses a place in the queue. */
    void enqueue(Runnable task) {
        super.offer(task);
    }

    /** Always rejects: a task that the executor offers has a reserved place for a new thread. */
    @Override
    public boolean offer(Runnable task) {
        return false;
    }

    @Override
    public @Nullable Runnable poll(long timeout, TimeUnit unit) throws InterruptedException {
        word.incrementAndGet();
        try {
            Runnable task = super.poll(timeout, unit);
            return task != null || leave() ? task : take();
        } catch (InterruptedException e) {
            word.decrementAndGet();
            throw e;
        }
    }

    /** Returns whether an idle thread may end. When it may not, its task is in the queue or about to be. */
    private boolean leave() {
        while (true) {
            long now = word.get();
            if ((int) now <= 0) {
                return false;
            }
            if (word.compareAndSet(now, now - 1 - THREAD)) {
                return true;
            }
        }
    }
}
