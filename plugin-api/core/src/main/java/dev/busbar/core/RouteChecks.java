package dev.busbar.core;

import dev.busbar.core.json.ResponseTypes;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Route;
import dev.busbar.plugin.RouteExample;
import dev.busbar.plugin.RouteProblem;
import dev.busbar.plugin.RouteResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Checks the description of a route against itself: the types of its body and responses, its parameters, its problems against the
 * catalogue, and its examples against types and media types. Stateless.
 */
final class RouteChecks {
    private RouteChecks() {}

    /**
     * Looks at a route.
     *
     * @param json the codec of its generation, which examples have to fit
     * @return the faults, each in a sentence
     */
    static List<String> faults(Route route, PathTemplate template, JsonCodec json) {
        List<String> faults = new ArrayList<>();
        if (route.consumes().stream().anyMatch(RouteChecks::isJson)) {
            route.bodyType()
                    .flatMap(type -> BodyTypes.fault(type, json))
                    .ifPresent(fault -> faults.add("route " + route + ", its body: " + fault));
        }
        for (RouteResponse response : route.responses()) {
            if (response.mediaTypes().stream().anyMatch(RouteChecks::isJson)) {
                response.type()
                        .flatMap(type -> ResponseTypes.fault(type, json.mapper()))
                        .ifPresent(fault ->
                                faults.add("route " + route + ", its response " + response.status() + ": " + fault));
            }
        }
        for (Parameter<?> parameter : route.parameters()) {
            fault(route, parameter, template).forEach(fault -> faults.add("route " + route + " " + fault));
        }
        for (RouteProblem problem : route.problems()) {
            fault(problem).ifPresent(fault -> faults.add("route " + route + " " + fault));
        }
        for (RouteExample example : route.examples()) {
            fault(route, example, json).forEach(fault -> faults.add("route " + route + ", " + fault));
        }
        return faults;
    }

    private static boolean isJson(String mediaType) {
        return mediaType.equals("application/json") || mediaType.endsWith("+json");
    }

    private static Stream<String> fault(Route route, Parameter<?> parameter, PathTemplate template) {
        String name = parameter.name();
        boolean isStray = parameter.place() == Parameter.Place.PATH
                && !template.parameters().contains(name);
        if (isStray) {
            return Stream.of(
                    "describes the path parameter \"" + name + "\" (expected: one of " + template.parameters() + ")");
        }
        if (parameter.place() == Parameter.Place.HEADER && SeenFields.isHidden(name)) {
            return Stream.of("declares the header parameter \"" + name
                    + "\" (expected: one that handlers see, not one by" + " which proxies name the client)");
        }
        if (parameter.place() == Parameter.Place.HEADER && !SeenFields.isSeen(route, name)) {
            return Stream.of("is cached and declares the header parameter \"" + name + "\" (expected: one by which"
                    + " its cached responses vary, CachePolicy.vary)");
        }
        return Stream.concat(
                misfit("the default", parameter, parameter.defaultText()),
                misfit("the example", parameter, parameter.example()));
    }

    /** A type of the host's catalogue has one status, whoever responds with it (RFC 9457 section 3.1.3). */
    private static Optional<String> fault(RouteProblem problem) {
        return ProblemType.of(problem.name())
                .filter(type -> type.status() != problem.status())
                .map(type -> "declares the problem \"" + problem.name() + "\" with status " + problem.status()
                        + " (expected: " + type.status() + ", its status in the host's catalogue, or another name)");
    }

    private static Stream<String> misfit(String what, Parameter<?> parameter, Optional<String> text) {
        try {
            Object unused = text.map(parameter.codec()::parse);
            return Stream.empty();
        } catch (IllegalArgumentException e) {
            return Stream.of("declares " + what + " of " + parameter.pointer() + ": " + e.getMessage());
        }
    }

    private static Stream<String> fault(Route route, RouteExample example, JsonCodec json) {
        List<String> known = example.isOfRequest()
                ? route.consumes()
                : route.responses().stream()
                        .filter(answer -> answer.status() == example.status())
                        .flatMap(answer -> answer.mediaTypes().stream())
                        .toList();
        String what = example.isOfRequest() ? "example of its request" : "example of its response " + example.status();
        if (!known.contains(example.mediaType())) {
            return Stream.of(what + ": " + example.mediaType() + " (expected: one of " + known + ")");
        }
        try {
            if (isJson(example.mediaType())) {
                read(route, example, json);
            }
            return Stream.empty();
        } catch (ProblemException | IllegalArgumentException e) {
            return Stream.of(what + ": " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    private static void read(Route route, RouteExample example, JsonCodec json) throws IOException {
        byte[] bytes = example.content() instanceof String text
                ? text.getBytes(StandardCharsets.UTF_8)
                : json.encode(example.content());
        Type type = example.isOfRequest() ? route.bodyType().orElse(Object.class) : Object.class;
        Object unused = json.decode(new ByteArrayInputStream(bytes), type);
    }
}
