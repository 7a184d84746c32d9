package dev.busbar.host.state;

import dev.busbar.core.ProblemType;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Fence;
import dev.busbar.host.store.StoreException;
import dev.busbar.host.threads.NonBlocking;
import dev.busbar.host.threads.Threads;
import dev.busbar.host.threads.Uninterrupted;
import dev.busbar.plugin.ProblemException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads on which the store is used for platforms, which nobody interrupts. There are fewer than connections, so
 * that platforms leave some to the rest of the host. Thread-safe.
 */
final class StateThreads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateThreads.class);
    private static final long END_SECONDS = 10;
    private static final Duration MAX_WAIT = Duration.ofSeconds(30);

    private final ExecutorService threads;
    private final Uninterrupted uninterrupted;
    private final Map<String, Semaphore> writers = new ConcurrentHashMap<>();

    StateThreads(int count) {
        threads = Threads.prestarted("busbar-state", count);
        uninterrupted = new Uninterrupted(threads);
    }

    /**
     * Runs work on the store, with the fence of the calling thread.
     *
     * @throws ProblemException 503 when the store is unavailable
     */
    <T> T run(Supplier<T> work) {
        Fence fence = Fence.current();
        try {
            return uninterrupted.call(() -> {
                Fence before = Fence.enter(fence);
                try {
                    return work.get();
                } finally {
                    Fence unused = Fence.enter(before);
                }
            });
        } catch (RuntimeException e) {
            throw e instanceof StoreException || Database.isUnavailable(e) ? unavailable(e) : e;
        }
    }

    /**
     * Runs work that changes the state of a platform, one at a time: those that wait for another writer of their platform
     * wait on their own threads, and leave those of the store to other platforms.
     *
     * @throws ProblemException 503 when the store is unavailable, or others write for too long
     */
    <T> T write(String platform, Supplier<T> work) {
        NonBlocking.forbid("the state of a platform");
        Semaphore turn = writers.computeIfAbsent(platform, id -> new Semaphore(1, true));
        if (!acquire(turn)) {
            throw unavailable(new StoreException("platform " + platform + " has written for " + MAX_WAIT));
        }
        try {
            return run(work);
        } finally {
            turn.release();
        }
    }

    private static boolean acquire(Semaphore turn) {
        long end = System.nanoTime() + MAX_WAIT.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return turn.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static ProblemException unavailable(RuntimeException failure) {
        LOG.warn("the state of a platform is unavailable ({})", failure.getMessage());
        ProblemException problem = ProblemType.TEMPORARILY_UNAVAILABLE
                .problem("The store cannot be used at the moment; try again.")
                .withHeader("Retry-After", "2");
        Fence.current().unavailable(problem);
        return problem;
    }

    /** Waits for what is being written. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the state of a platform is still being written");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
