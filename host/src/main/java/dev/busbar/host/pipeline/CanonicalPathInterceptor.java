package dev.busbar.host.pipeline;

import dev.busbar.core.CanonicalPath;

/** Fixes the one reading of the path before anything is decided by it. Stateless. */
public final class CanonicalPathInterceptor implements Interceptor {
    @Override
    public void intercept(Invocation invocation, Next next) {
        invocation.path(CanonicalPath.parse(invocation.exchange().rawPath()));
        next.proceed(invocation);
    }
}
