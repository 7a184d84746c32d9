package dev.busbar.host.pipeline;

import dev.busbar.core.Problems;
import dev.busbar.host.threads.NonBlocking;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * One concern of the pipeline. Runs on an event-loop thread, on many at once, and must not block: a step that may have
 * to goes through {@link #onWorkerIfBlocking}. It either calls {@code next.proceed} once, throws a {@link
 * dev.busbar.plugin.ProblemException} that becomes the response, or claims the invocation and answers it; what has to
 * happen to the response it registers with {@link Invocation#onComplete} or {@link Invocation#addHeader}.
 */
@FunctionalInterface
public interface Interceptor {
    /** The rest of a chain. */
    @FunctionalInterface
    interface Next {
        /** Passes the invocation on. */
        void proceed(Invocation invocation);
    }

    /** Handles the invocation, then calls {@code next.proceed(invocation)} or throws. */
    void intercept(Invocation invocation, Next next);

    /** Passes an invocation through a chain; a failure becomes the response. */
    static void pass(Invocation invocation, Next chain) {
        try {
            chain.proceed(invocation);
        } catch (RuntimeException | Error failure) {
            // The border to the client: every request is answered, whatever has failed.
            invocation.reply().fail(failure);
        }
    }

    /** Passes an invocation through a chain on an event-loop thread, which must not block meanwhile. */
    static void passOnEventLoop(Invocation invocation, Next chain) {
        NonBlocking.run(() -> pass(invocation, chain));
    }

    /**
     * Runs a step and what follows it; where the step would block and this thread must not, both on a worker thread of
     * the server.
     *
     * @param step has no side effect before it calls {@link NonBlocking#requireWorker} or other code that refuses to
     *     block, so that it can be retried
     */
    static void onWorkerIfBlocking(Invocation invocation, Consumer<Invocation> step, Next next) {
        try {
            step.accept(invocation);
        } catch (NonBlocking.WouldBlockException wouldBlock) {
            retryOnWorker(invocation, step, next);
            return;
        }
        next.proceed(invocation);
    }

    private static void retryOnWorker(Invocation invocation, Consumer<Invocation> step, Next next) {
        Next retry = passing -> {
            step.accept(passing);
            next.proceed(passing);
        };
        try {
            invocation.exchange().later(() -> pass(invocation, retry));
        } catch (RejectedExecutionException stopped) {
            throw Problems.shuttingDown();
        }
    }

    /** Composes a chain of interceptors, the first one outermost, in front of a last step. */
    static Next chain(List<Interceptor> interceptors, Next last) {
        Next chain = last;
        for (int i = interceptors.size() - 1; i >= 0; i--) {
            Interceptor interceptor = interceptors.get(i);
            Next next = chain;
            chain = invocation -> interceptor.intercept(invocation, next);
        }
        return chain;
    }
}
