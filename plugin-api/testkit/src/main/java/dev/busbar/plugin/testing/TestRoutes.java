package dev.busbar.plugin.testing;

import dev.busbar.core.CanonicalPath;
import dev.busbar.core.PathTemplate;
import dev.busbar.core.ProblemType;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Route;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The routes of one platform, found as the host finds them, by looking at each. Immutable. */
final class TestRoutes {
    private final List<Entry> entries;

    private record Entry(Route route, PathTemplate template) {}

    /**
     * A route with what its template captured, by name.
     *
     * @param parameters the values of the path's parameters
     */
    record Match(Route route, Map<String, String> parameters) {}

    TestRoutes(List<Route> declared) {
        List<String> faults = new ArrayList<>();
        List<Entry> found = new ArrayList<>();
        Set<String> shapes = new HashSet<>();
        for (Route route : declared) {
            if (route.access().isEmpty()) {
                faults.add("route " + route + " declares no access (expected: .access(...))");
            }
            try {
                PathTemplate template = PathTemplate.parse(route.path());
                found.add(new Entry(route, template));
                if (!shapes.add(route.method() + " " + template.shape())) {
                    faults.add("route " + route + " is declared twice");
                }
            } catch (IllegalArgumentException e) {
                faults.add(String.valueOf(e.getMessage()));
            }
        }
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", faults));
        }
        entries = List.copyOf(found);
    }

    List<Route> declared() {
        return entries.stream().map(Entry::route).toList();
    }

    /**
     * Finds a route.
     *
     * @throws ProblemException 404 or 405
     */
    Match find(String method, String rawPath) {
        List<String> all = CanonicalPath.parse(rawPath).segments();
        List<String> segments = all.equals(List.of("")) ? List.of() : all;
        String shape = entries.stream()
                .map(Entry::template)
                .filter(template -> template.matches(segments))
                .map(PathTemplate::shape)
                .min(PathTemplate.LITERALS_FIRST)
                .orElseThrow(() -> ProblemException.notFound("there is no route at this path"));
        List<Entry> there = entries.stream()
                .filter(entry -> entry.template().shape().equals(shape))
                .toList();
        Optional<Entry> found = there.stream()
                .filter(entry -> entry.route().method().name().equals(method.equals("HEAD") ? "GET" : method))
                .findFirst();
        Entry entry = found.orElseThrow(() -> notAllowed(method, there));
        return new Match(entry.route(), entry.template().capture(segments));
    }

    private static ProblemException notAllowed(String method, List<Entry> there) {
        Set<String> names = there.stream()
                .map(entry -> entry.route().method().name())
                .collect(Collectors.toCollection(TreeSet::new));
        if (names.contains("GET")) {
            names.add("HEAD");
        }
        String allow = String.join(", ", names);
        return ProblemType.METHOD_NOT_ALLOWED
                .problem("this path does not answer " + method + " (expected: " + allow + ")")
                .withHeader("Allow", allow);
    }
}
