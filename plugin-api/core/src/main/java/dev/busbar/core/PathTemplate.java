package dev.busbar.core;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A path template such as {@code /cases/{id}}, checked.
 *
 * @param segments the segments as written; none for {@code /}
 * @param parameters the names of the parameters, in order
 */
public record PathTemplate(List<String> segments, List<String> parameters) {
    private static final Pattern LITERAL = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._~-]+");
    private static final Pattern PARAMETER = Pattern.compile("\\{([a-zA-Z][a-zA-Z0-9]*)}");

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException when it is malformed
     */
    public static PathTemplate parse(String path) {
        if (path.equals("/")) {
            return new PathTemplate(List.of(), List.of());
        }
        List<String> segments = List.of(path.substring(1).split("/", -1));
        List<String> parameters = segments.stream()
                .filter(PathTemplate::isParameter)
                .map(segment -> segment.substring(1, segment.length() - 1))
                .toList();
        for (String segment : segments) {
            if (!LITERAL.matcher(segment).matches() && !isParameter(segment)) {
                throw new IllegalArgumentException("route path: \"" + path + "\", segment \"" + segment
                        + "\" (expected: letters, digits, '.', '_', '~', '-', or {name})");
            }
        }
        Set<String> unique = new HashSet<>(parameters);
        if (unique.size() < parameters.size()) {
            throw new IllegalArgumentException("route path: \"" + path + "\" (expected: each parameter once)");
        }
        return new PathTemplate(segments, parameters);
    }

    /** Whether a segment as written is a parameter. */
    public static boolean isParameter(String segment) {
        return PARAMETER.matcher(segment).matches();
    }

    /** The template with its parameters left unnamed: two of one shape match the same paths. */
    public String shape() {
        return segments.stream()
                .map(segment -> isParameter(segment) ? "{}" : segment)
                .collect(Collectors.joining("/"));
    }
}
