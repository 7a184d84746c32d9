package dev.busbar.host.pipeline;

import dev.busbar.core.BodyRules;

/**
 * Refuses a body that the route does not take: 415 by its media type, 413 by its declared length. A body without a
 * declared length is counted while it streams in, by {@link dev.busbar.core.RequestBody}. Stateless.
 */
public final class BodyInterceptor implements Interceptor {
    @Override
    public void intercept(Invocation invocation, Next next) {
        Exchange exchange = invocation.exchange();
        invocation
                .endpoint()
                .route()
                .ifPresent(route -> BodyRules.check(route, exchange.headers("Content-Type"), exchange.contentLength()));
        next.proceed(invocation);
    }
}
