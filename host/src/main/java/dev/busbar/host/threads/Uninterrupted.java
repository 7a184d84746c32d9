package dev.busbar.host.threads;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs work on threads that nobody interrupts, for callers that may be interrupted at any time, as threads of a plugin are:
 * the embedded store closes its file when a thread is interrupted in the middle of a write. The caller waits for the end
 * whatever happens, and is interrupted afterwards if it was meanwhile. May be called from any thread that may block.
 */
public final class Uninterrupted {
    private final ExecutorService threads;

    /**
     * Work on the threads of a pool.
     *
     * @param threads to be shut down without an interrupt; work that they refuse is an {@link IllegalStateException}
     */
    public Uninterrupted(ExecutorService threads) {
        this.threads = threads;
    }

    /**
     * Runs work; what it throws is thrown here.
     *
     * @throws IllegalStateException when the host is stopping
     */
    public <T> T call(Supplier<T> work) {
        NonBlocking.forbid("waiting for other threads");
        Future<T> running = submit(work);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return running.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw failure(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Runs work without a result, as {@link #call}. */
    public void run(Runnable work) {
        boolean unused = call(() -> {
            work.run();
            return true;
        });
    }

    private <T> Future<T> submit(Supplier<T> work) {
        try {
            return threads.submit(work::get);
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("the host is stopping", e);
        }
    }

    private static RuntimeException failure(@Nullable Throwable cause) {
        if (cause instanceof RuntimeException unchecked) {
            return unchecked;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(cause);
    }
}
