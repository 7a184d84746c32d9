package dev.busbar.core;

import static java.util.Objects.requireNonNull;

import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Route;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The declared routes of one platform, checked and arranged for look-up: the rules by which the host and the testkit
 * accept routes and choose the one of a request. Immutable; may be used from any thread.
 *
 * @param <E> the entry that is made of each route and found by look-up
 */
public final class RouteSet<E> {
    private final List<Route> routes;
    private final List<E> entries;
    private final PathTrie<E> trie;

    /**
     * The outcome of a look-up.
     *
     * @param <E> the type of entries
     */
    public sealed interface Lookup<E> {}

    /**
     * A route that was found.
     *
     * @param entry the entry that was made of it
     * @param captured the values of the parameters of its path, in the order of the template
     * @param <E> the type of entries
     */
    public record Found<E>(E entry, List<String> captured) implements Lookup<E> {}

    /**
     * No route for a request.
     *
     * @param problem 404 or, with the header {@code Allow}, 405
     * @param <E> the type of entries
     */
    public record Missing<E>(ProblemException problem) implements Lookup<E> {}

    private RouteSet(List<Route> routes, List<E> entries, PathTrie<E> trie) {
        this.routes = List.copyOf(routes);
        this.entries = List.copyOf(entries);
        this.trie = trie;
    }

    /**
     * Checks routes and arranges them.
     *
     * @param json the codec of the platform's generation, which examples have to fit
     * @param entries makes the entry of a route
     * @throws InvalidDeclarationException with everything that is wrong with them: no access, a malformed template, two
     *     of one method and shape, a description that does not fit
     */
    public static <E> RouteSet<E> compile(
            List<Route> routes, JsonCodec json, BiFunction<Route, PathTemplate, E> entries) {
        PathTrie<E> trie = new PathTrie<>();
        List<E> all = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (Route route : routes) {
            if (route.access().isEmpty()) {
                faults.add("route " + route + " declares no access (expected: .access(...))");
                continue;
            }
            try {
                PathTemplate template = PathTemplate.parse(route.path());
                faults.addAll(RouteChecks.faults(route, template, json));
                E entry = entries.apply(route, template);
                all.add(entry);
                boolean added = trie.add(template.segments(), route.method().name(), entry);
                if (!added) {
                    faults.add("route " + route + " is declared twice");
                }
            } catch (IllegalArgumentException e) {
                faults.add(e.getMessage() == null ? "route " + route : e.getMessage());
            }
        }
        if (!faults.isEmpty()) {
            throw new InvalidDeclarationException("its routes cannot be served: " + String.join("; ", faults));
        }
        return new RouteSet<>(routes, all, trie);
    }

    /** The routes as declared. */
    public List<Route> routes() {
        return routes;
    }

    /** A set without routes. */
    public static <E> RouteSet<E> empty() {
        return new RouteSet<>(List.of(), List.of(), new PathTrie<>());
    }

    /**
     * The same paths and methods with other entries, and without the declarations, which hold classes of the plugin.
     *
     * @param change makes the new entry; called once for each
     */
    public <F> RouteSet<F> map(Function<E, F> change) {
        IdentityHashMap<E, F> changed = new IdentityHashMap<>();
        List<F> all = new ArrayList<>();
        for (E entry : entries) {
            F other = change.apply(entry);
            changed.put(entry, other);
            all.add(other);
        }
        return new RouteSet<>(List.of(), all, trie.map(entry -> requireNonNull(changed.get(entry))));
    }

    /** The entries of all routes, in the order in which they were declared. */
    public List<E> entries() {
        return entries;
    }

    /**
     * Finds the route of a request.
     *
     * @param segments the decoded segments of a path
     * @param from the index of the first segment below the platform's mount
     */
    public Lookup<E> find(String method, List<String> segments, int from) {
        boolean root = segments.size() == from + 1 && segments.get(from).isEmpty();
        List<String> captured = new ArrayList<>(2);
        PathTrie<E> node = trie.find(segments, root ? from + 1 : from, captured);
        if (node == null) {
            return new Missing<>(notFound());
        }
        @Nullable E entry = node.entry(method);
        if (entry == null) {
            return new Missing<>(ProblemType.METHOD_NOT_ALLOWED
                    .problem("this path does not answer " + method + " (expected: " + node.allow() + ")")
                    .withHeader("Allow", node.allow()));
        }
        return new Found<>(entry, captured);
    }

    /** 404 where there is no route. */
    public static ProblemException notFound() {
        return ProblemException.notFound("there is no route at this path");
    }
}
