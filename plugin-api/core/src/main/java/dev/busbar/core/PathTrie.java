package dev.busbar.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Route look-up by path segment: the cost is the number of segments, whatever the number of routes. A literal wins over
 * a parameter, with backtracking where the literal leads nowhere. Filled by one thread, then read by any.
 */
final class PathTrie<E> {
    private final Map<String, PathTrie<E>> literals = new HashMap<>(4);
    private final Map<String, E> methods = new HashMap<>(2);
    private @Nullable PathTrie<E> parameter;

    /** Adds an entry; returns false when there is one for this method and shape of path already. */
    boolean add(List<String> template, String method, E entry) {
        PathTrie<E> node = this;
        for (String segment : template) {
            node = PathTemplate.isParameter(segment)
                    ? node.parameter()
                    : node.literals.computeIfAbsent(segment, key -> new PathTrie<>());
        }
        return node.methods.putIfAbsent(method, entry) == null;
    }

    /** Finds the node of a path, and adds what its parameters captured to a list. */
    @Nullable PathTrie<E> find(List<String> segments, int from, List<String> captured) {
        if (from == segments.size()) {
            return methods.isEmpty() ? null : this;
        }
        String segment = segments.get(from);
        PathTrie<E> literal = literals.get(segment);
        if (literal != null) {
            PathTrie<E> found = literal.find(segments, from + 1, captured);
            if (found != null) {
                return found;
            }
        }
        if (parameter == null || segment.isEmpty()) {
            return null;
        }
        captured.add(segment);
        PathTrie<E> found = parameter.find(segments, from + 1, captured);
        if (found == null) {
            captured.remove(captured.size() - 1);
        }
        return found;
    }

    /** The entry of a method here; {@code HEAD} is that of {@code GET}. */
    @Nullable E entry(String method) {
        return methods.get(method.equals("HEAD") ? "GET" : method);
    }

    /** The value of the {@code Allow} header. */
    String allow() {
        TreeSet<String> names = new TreeSet<>(methods.keySet());
        if (names.contains("GET")) {
            names.add("HEAD");
        }
        return String.join(", ", names);
    }

    /** The same shape with other entries. */
    <F> PathTrie<F> map(Function<E, F> change) {
        PathTrie<F> copy = new PathTrie<>();
        methods.forEach((method, entry) -> copy.methods.put(method, change.apply(entry)));
        literals.forEach((segment, child) -> copy.literals.put(segment, child.map(change)));
        copy.parameter = parameter == null ? null : parameter.map(change);
        return copy;
    }

    private PathTrie<E> parameter() {
        if (parameter == null) {
            parameter = new PathTrie<>();
        }
        return parameter;
    }
}
