package dev.busbar.host.pipeline;

import dev.busbar.core.Problems;
import dev.busbar.host.threads.NonBlocking;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * One concern of the pipeline. Runs on an event-loop thread, on many at once, and must not block: a step that may have to
 * goes through {@link #onWorkerIfBlocking}. It either calls {@code next.proceed} once, throws a
 * {@link dev.busbar.plugin.ProblemException} that becomes the response, or claims the invocation and answers it; what has
 * to happen on the way out it registers with {@link Invocation#onComplete} or {@link Invocation#addHeader}.
 */
@FunctionalInterface
public interface Interceptor {
    /** What follows. */
    @FunctionalInterface
    interface Next {
        /** Takes the invocation on. */
        void proceed(Invocation invocation);
    }

    /** Does its part and calls {@code next.proceed(invocation)}, or throws. */
    void intercept(Invocation invocation, Next next);

    /** Sends an invocation on its way; whatever goes wrong becomes its answer, because somebody waits for one. */
    static void pass(Invocation invocation, Next chain) {
        try {
            chain.proceed(invocation);
        } catch (RuntimeException | Error failure) {
            // The border to whoever asks: a request must be answered, whatever went wrong on the way.
            invocation.reply().fail(failure);
        }
    }

    /** Sends an invocation on its way on an event-loop thread, which must not block meanwhile. */
    static void passOnEventLoop(Invocation invocation, Next chain) {
        NonBlocking.run(() -> pass(invocation, chain));
    }

    /**
     * Runs a step and what follows it; where the step would block and this thread must not, both on a worker thread of
     * the server.
     *
     * @param step has no side effect before it calls {@link NonBlocking#requireWorker} or what else refuses to block, so
     *     that it can be retried
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

    /** Composes interceptors, first one outermost, in front of what comes last. */
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
