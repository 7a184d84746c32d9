package dev.busbar.plugin;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a {@link Route} says. Changed only between {@link #copy} and the making of the route that keeps it. */
final class Declaration {
    final HttpMethod method;
    final String path;
    final Handler handler;

    @Nullable Access access;

    String summary = "";
    Duration deadline = Route.DEFAULT_DEADLINE;
    long maxBodyBytes = Route.DEFAULT_MAX_BODY_BYTES;
    int cost = 1;
    List<String> consumes = List.of();

    @Nullable CachePolicy cache;

    boolean pure;
    Set<String> invalidates = Set.of();

    @Nullable Class<?> bodyType;

    String description = "";
    List<Parameter> parameters = List.of();
    SortedMap<Integer, Optional<Class<?>>> responses = new TreeMap<>();
    List<String> produces = List.of();
    List<RouteProblem> problems = List.of();
    List<RouteExample> examples = List.of();

    @Nullable Deprecation deprecation;

    Declaration(HttpMethod method, String path, Handler handler) {
        this.method = method;
        this.path = path;
        this.handler = handler;
    }

    List<RouteResponse> responses() {
        if (responses.isEmpty() && !produces.isEmpty()) {
            return List.of(RouteResponse.of(200, Optional.empty(), produces));
        }
        List<String> mediaTypes = produces.isEmpty() ? List.of(MediaTypes.JSON) : produces;
        return responses.entrySet().stream()
                .map(response -> RouteResponse.of(
                        response.getKey(),
                        response.getValue(),
                        response.getValue().isEmpty() ? List.of() : mediaTypes))
                .toList();
    }

    Declaration copy() {
        Declaration copy = new Declaration(method, path, handler);
        copy.access = access;
        copy.summary = summary;
        copy.deadline = deadline;
        copy.maxBodyBytes = maxBodyBytes;
        copy.cost = cost;
        copy.consumes = consumes;
        copy.cache = cache;
        copy.pure = pure;
        copy.invalidates = invalidates;
        copy.bodyType = bodyType;
        copy.description = description;
        copy.parameters = parameters;
        copy.responses = new TreeMap<>(responses);
        copy.produces = produces;
        copy.problems = problems;
        copy.examples = examples;
        copy.deprecation = deprecation;
        return copy;
    }
}
