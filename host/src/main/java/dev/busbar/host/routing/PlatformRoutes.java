package dev.busbar.host.routing;

import dev.busbar.core.JsonCodec;
import dev.busbar.core.PathTemplate;
import dev.busbar.host.entry.Generation;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.threads.Deadlines;
import dev.busbar.plugin.Route;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All routes of one generation, compiled. Made before the publish, immutable after. */
public final class PlatformRoutes {
    private final Generation generation;
    private final List<Route> routes;
    private final PathTrie trie = new PathTrie();

    private PlatformRoutes(Generation generation, List<Route> routes) {
        this.generation = generation;
        this.routes = List.copyOf(routes);
    }

    /**
     * What a generation's calls run on.
     *
     * @param json the generation's JSON binding
     * @param workersFor the threads that run a route's handler
     * @param faults what a failure of a handler is taken for
     * @param interceptors the chain of every route, in order
     * @param deadlines expires handlers that take too long
     * @param streamLimit how long a streaming response may take after its first byte
     */
    record Means(
            JsonCodec json,
            Function<Route, Workers> workersFor,
            UnaryOperator<Throwable> faults,
            List<Interceptor> interceptors,
            Deadlines deadlines,
            Duration streamLimit) {
        Workers workers(Route route) {
            return workersFor.apply(route);
        }
    }

    /**
     * Compiles routes.
     *
     * @throws IllegalArgumentException with everything that is wrong with them: no access, a malformed template, two of
     *     one method and shape
     */
    static PlatformRoutes compile(Generation generation, List<Route> routes, Means means) {
        PlatformRoutes compiled = new PlatformRoutes(generation, routes);
        List<String> faults = new ArrayList<>();
        for (Route route : routes) {
            if (route.access().isEmpty()) {
                faults.add("route " + route + " declares no access (expected: .access(...))");
                continue;
            }
            try {
                PathTemplate template = PathTemplate.parse(route.path());
                faults.addAll(RouteChecks.faults(route, template, means.json()));
                if (!compiled.trie.add(template.segments(), new RouteEndpoint(generation, route, template, means))) {
                    faults.add("route " + route + " is declared twice");
                }
            } catch (IllegalArgumentException e) {
                faults.add(e.getMessage() == null ? "route " + route : e.getMessage());
            }
        }
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(faults.stream().collect(Collectors.joining("; ")));
        }
        return compiled;
    }

    /** Whose they are. */
    public Generation generation() {
        return generation;
    }

    /** The routes as declared. */
    public List<Route> routes() {
        return routes;
    }

    /** The routes as they are found, which is all of them. */
    public Stream<Endpoint> endpoints() {
        return trie.endpoints().stream().map(Endpoint.class::cast);
    }

    /** What stands before the paths of the routes. */
    public String prefix() {
        return generation.number() == 0 ? "" : "/api/" + generation.platform();
    }

    PathTrie trie() {
        return trie;
    }
}
