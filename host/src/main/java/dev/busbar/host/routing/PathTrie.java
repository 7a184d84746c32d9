package dev.busbar.host.routing;

import dev.busbar.core.PathTemplate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Route look-up by path segment: the cost is the number of segments, whatever the number of routes. A literal wins over
 * a parameter, with a way back where the literal leads nowhere. Filled by one thread, then read by any.
 */
final class PathTrie {
    private final Map<String, PathTrie> literals = new HashMap<>(4);
    private final Map<String, RouteEndpoint> methods = new HashMap<>(2);
    private @Nullable PathTrie parameter;

    /** Adds an endpoint; false when there is one for this method and shape of path already. */
    boolean add(List<String> template, RouteEndpoint endpoint) {
        PathTrie node = this;
        for (String segment : template) {
            node = PathTemplate.isParameter(segment)
                    ? node.parameter()
                    : node.literals.computeIfAbsent(segment, key -> new PathTrie());
        }
        return node.methods.putIfAbsent(endpoint.method(), endpoint) == null;
    }

    /** Finds what stands at a path, and puts what parameters captured into a list. */
    @Nullable PathTrie find(List<String> segments, int from, List<String> captured) {
        if (from == segments.size()) {
            return methods.isEmpty() ? null : this;
        }
        String segment = segments.get(from);
        PathTrie literal = literals.get(segment);
        if (literal != null) {
            PathTrie found = literal.find(segments, from + 1, captured);
            if (found != null) {
                return found;
            }
        }
        if (parameter == null || segment.isEmpty()) {
            return null;
        }
        captured.add(segment);
        PathTrie found = parameter.find(segments, from + 1, captured);
        if (found == null) {
            captured.remove(captured.size() - 1);
        }
        return found;
    }

    /** What answers a method here; {@code HEAD} is answered by {@code GET}. */
    @Nullable RouteEndpoint endpoint(String method) {
        return methods.get(method.equals("HEAD") ? "GET" : method);
    }

    /** The value of the {@code Allow} field. */
    String allow() {
        TreeSet<String> names = new TreeSet<>(methods.keySet());
        if (names.contains("GET")) {
            names.add("HEAD");
        }
        return String.join(", ", names);
    }

    List<RouteEndpoint> endpoints() {
        List<RouteEndpoint> all = new ArrayList<>(methods.values());
        literals.values().forEach(child -> all.addAll(child.endpoints()));
        if (parameter != null) {
            all.addAll(parameter.endpoints());
        }
        return all;
    }

    private PathTrie parameter() {
        if (parameter == null) {
            parameter = new PathTrie();
        }
        return parameter;
    }
}
