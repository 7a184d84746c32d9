package dev.busbar.core;

import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    /** Orders the {@linkplain #shape shapes} of templates that match one path as the host prefers them. */
    public static final Comparator<String> LITERALS_FIRST = Comparator.comparing(shape -> shape.replace('{', '\uffff'));

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

    /** Whether it matches the segments of a path. */
    public boolean matches(List<String> path) {
        boolean fits = path.size() == segments.size();
        for (int i = 0; fits && i < path.size(); i++) {
            String segment = segments.get(i);
            fits = isParameter(segment) ? !path.get(i).isEmpty() : segment.equals(path.get(i));
        }
        return fits;
    }

    /** What its parameters capture of a path that it matches, by name. */
    public Map<String, String> capture(List<String> path) {
        Map<String, String> captured = new LinkedHashMap<>();
        for (int i = 0; i < path.size(); i++) {
            String segment = segments.get(i);
            if (isParameter(segment)) {
                captured.put(segment.substring(1, segment.length() - 1), path.get(i));
            }
        }
        return captured;
    }
}
