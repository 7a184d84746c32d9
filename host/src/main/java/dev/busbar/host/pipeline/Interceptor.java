package dev.busbar.host.pipeline;

import java.util.List;

/**
 * One concern of the pipeline. Called on the server thread, by many threads at once; what may wait does so behind
 * {@link EventLoop#leave} only. It either passes the invocation on, once, or throws a
 * {@link dev.busbar.plugin.ProblemException} that becomes the answer, or claims the invocation and answers it; what has to
 * happen on the way out it registers with {@link Invocation#onComplete} or {@link Invocation#addHeader}.
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
            invocation.fail(failure);
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
