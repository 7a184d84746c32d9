package dev.busbar.host.routing;

import dev.busbar.core.JsonCodec;
import dev.busbar.core.PathTemplate;
import dev.busbar.host.entry.Generation;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.threads.Deadlines;
import dev.busbar.plugin.Route;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** One route of one generation, with the chain that leads to it. Immutable. */
final class RouteEndpoint implements Endpoint {
    private final Generation generation;
    private final Route route;
    private final Optional<Route> optionalRoute;
    private final List<String> parameters;
    private final Optional<String> permission;
    private final JsonCodec json;
    private final UnaryOperator<Throwable> faults;
    private final Deadlines deadlines;
    private final long streamLimitNanos;
    private final Runnable release;
    private final Interceptor.Next chain;

    RouteEndpoint(Generation generation, Route route, PathTemplate template, PlatformRoutes.Means means) {
        this.generation = generation;
        this.route = route;
        this.optionalRoute = Optional.of(route);
        this.parameters = template.parameters();
        this.permission = route.access().orElseThrow().permission(generation.platform());
        this.json = means.json();
        this.faults = means.faults();
        this.deadlines = means.deadlines();
        this.streamLimitNanos = means.streamLimit().toNanos();
        this.release = generation::release;
        Workers workers = means.workers(route);
        this.chain =
                Interceptor.chain(means.interceptors(), invocation -> HandlerCall.dispatch(invocation, this, workers));
    }

    Generation owner() {
        return generation;
    }

    /** Gives back the lease of one invocation; the same each time. */
    Runnable release() {
        return release;
    }

    Route declaration() {
        return route;
    }

    /** Whether it belongs to the built-in generation, the only one with the number 0. */
    boolean isOfHost() {
        return generation.number() == 0;
    }

    /** What a failure of the handler is taken for. */
    Throwable fault(Throwable failure) {
        return faults.apply(failure);
    }

    Deadlines deadlines() {
        return deadlines;
    }

    /** How long a streaming response may take after its first byte. */
    long streamLimitNanos() {
        return streamLimitNanos;
    }

    List<String> parameters() {
        return parameters;
    }

    String method() {
        return route.method().name();
    }

    @Override
    public String platform() {
        return generation.platform();
    }

    @Override
    public long generation() {
        return generation.number();
    }

    @Override
    public Optional<Route> route() {
        return optionalRoute;
    }

    @Override
    public Optional<String> permission() {
        return permission;
    }

    @Override
    public boolean isRetiring() {
        return generation.isDraining();
    }

    @Override
    public JsonCodec json() {
        return json;
    }

    @Override
    public void proceed(Invocation invocation) {
        chain.proceed(invocation);
    }
}
