package dev.busbar.host.routing;

import dev.busbar.core.JsonCodec;
import dev.busbar.core.PathTemplate;
import dev.busbar.host.bodies.Bodies;
import dev.busbar.host.contract.Owner;
import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.entry.Door;
import dev.busbar.host.entry.Generation;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.threads.Deadlines;
import dev.busbar.plugin.Route;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One route of one generation, with the chain that leads to it. Immutable but for what was logged; thread-safe. */
final class RouteEndpoint implements Endpoint.Routed {
    private static final Logger LOG = LoggerFactory.getLogger(RouteEndpoint.class);
    private static final int MAX_UNDECLARED = 20;

    private final Door door;
    private final Generation generation;
    private final Route route;
    private final Owner owner;
    private final Optional<RouteContract> contract;
    private final List<String> parameters;
    private final JsonCodec json;
    private final UnaryOperator<Throwable> faults;
    private final RouteCompiler.Means host;
    private final Runnable release;
    private final List<Interceptor> interceptors;
    private final Interceptor.Next chain;
    /** Headers that were logged as not declared. */
    private final Set<String> undeclared = ConcurrentHashMap.newKeySet();

    RouteEndpoint(Door door, Route route, PathTemplate template, PlatformRoutes.Means means) {
        this.door = door;
        this.generation = door.generation();
        this.route = route;
        this.owner = generation.owner();
        RouteContract promised = means.host().configured().apply(RouteContract.of(owner.id(), route));
        this.contract = Optional.of(promised);
        this.interceptors = means.interceptors(promised);
        this.parameters = template.parameters();
        this.json = means.json();
        this.faults = means.faults();
        this.host = means.host();
        this.release = generation::release;
        Workers workers = means.workers(route);
        this.chain = Interceptor.chain(interceptors, invocation -> RequestEntry.dispatch(invocation, this, workers));
    }

    Door door() {
        return door;
    }

    Generation generation() {
        return generation;
    }

    /** Releases the lease of one invocation; the same object each time. */
    Runnable release() {
        return release;
    }

    Route declaration() {
        return route;
    }

    /** The chain in front of the handler, which holds nothing of the generation. */
    List<Interceptor> interceptors() {
        return interceptors;
    }

    /** The exception for a failure of the handler. */
    Throwable fault(Throwable failure) {
        return faults.apply(failure);
    }

    /** Logs once that a client sent a header which the handler asks for and does not see. */
    void noteUndeclared(String header) {
        if (undeclared.size() < MAX_UNDECLARED && undeclared.add(header)) {
            LOG.warn(
                    "{} {}: its handler asks for the header {}, which a client sent, and does not see it (expected:"
                            + " declared by the route, .parameter(Parameter.header(...)))",
                    generation,
                    route,
                    header);
        }
    }

    Deadlines deadlines() {
        return host.deadlines();
    }

    /** The memory of bodies that are bound, and how long a handler waits for one. */
    Bodies bodies() {
        return host.bodies();
    }

    /** The max time of a streaming response after its first byte. */
    long streamLimitNanos() {
        return host.streamLimit().toNanos();
    }

    List<String> parameters() {
        return parameters;
    }

    String method() {
        return route.method().name();
    }

    JsonCodec json() {
        return json;
    }

    @Override
    public Owner owner() {
        return owner;
    }

    @Override
    public RouteContract route() {
        return contract.orElseThrow();
    }

    @Override
    public Optional<RouteContract> contract() {
        return contract;
    }

    @Override
    public Runnable awaitsBody() {
        generation.beginStream();
        return generation::endStream;
    }

    @Override
    public boolean isRetiring() {
        return generation.isDraining();
    }

    @Override
    public void proceed(Invocation invocation) {
        chain.proceed(invocation);
    }
}
