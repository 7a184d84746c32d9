package dev.busbar.host.content;

import dev.busbar.core.BodyRules;
import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Exchange;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.RouteConcern;
import dev.busbar.plugin.HttpMethod;
import java.util.Optional;

/**
 * Rejects a body that the route does not accept: 415 by its media type or content coding, 413 by its declared length. A body without a
 * declared length is counted while it streams in, by {@link dev.busbar.core.RequestBody}. Stateless.
 */
public final class BodyInterceptor implements Interceptor, RouteConcern {
    /** Every route. */
    @Override
    public Optional<Interceptor> on(RouteContract route) {
        return Optional.of(this);
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        Exchange exchange = invocation.exchange();
        RouteContract route = Endpoint.routed(invocation).route();
        RouteContract.Limits limits = route.limits();
        BodyRules.check(
                limits.consumes(), limits.maxBodyBytes(), exchange.headers("Content-Type"), exchange.contentLength());
        if (route.method() != HttpMethod.GET) {
            BodyRules.checkCodings(exchange.headers("Content-Encoding"));
        }
        next.proceed(invocation);
    }
}
