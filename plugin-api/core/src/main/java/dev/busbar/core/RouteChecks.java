package dev.busbar.core;

import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Route;
import dev.busbar.plugin.RouteExample;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Checks the description of a route against itself: its parameters, and its examples against types and media types. Stateless. */
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
        for (Parameter parameter : route.parameters()) {
            boolean isStray = parameter.place() == Parameter.Place.PATH
                    && !template.parameters().contains(parameter.name());
            if (isStray) {
                faults.add("route " + route + " describes the path parameter \"" + parameter.name()
                        + "\" (expected: one of " + template.parameters() + ")");
            }
        }
        for (RouteExample example : route.examples()) {
            fault(route, example, json).forEach(fault -> faults.add("route " + route + ", " + fault));
        }
        return faults;
    }

    private static Stream<String> fault(Route route, RouteExample example, JsonCodec json) {
        List<String> known = example.isOfRequest()
                ? route.consumes()
                : route.responses().stream()
                        .filter(answer -> answer.status() == example.status())
                        .flatMap(answer -> answer.mediaTypes().stream())
                        .toList();
        String what = example.isOfRequest() ? "example of its request" : "example of its answer " + example.status();
        if (!known.contains(example.mediaType())) {
            return Stream.of(what + ": " + example.mediaType() + " (expected: one of " + known + ")");
        }
        boolean isJson = example.mediaType().equals("application/json")
                || example.mediaType().endsWith("+json");
        try {
            if (isJson) {
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
        Class<?> type = example.isOfRequest() ? route.bodyType().orElse(Object.class) : Object.class;
        Object unused = json.decode(new ByteArrayInputStream(bytes), type);
    }
}
