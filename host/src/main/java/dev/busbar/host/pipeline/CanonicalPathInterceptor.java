package dev.busbar.host.pipeline;

import dev.busbar.core.CanonicalPath;

/** Parses the path into its canonical form before any decision depends on it. Stateless. */
public final class CanonicalPathInterceptor implements Interceptor {
    @Override
    public void intercept(Invocation invocation, Next next) {
        invocation.path(CanonicalPath.parse(invocation.exchange().rawPath()));
        next.proceed(invocation);
    }
}
