package dev.busbar.core;

import static java.util.stream.Collectors.joining;

import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.ProblemException.Violation;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Route;
import java.util.ArrayList;
import java.util.List;

/**
 * The values of the declared parameters of one request. Read by the host and the testkit on the thread of the handler,
 * before it is called, because a codec may be code of the plugin. Immutable.
 */
public final class ParameterValues {
    /** The values of a request to a route without declared parameters. */
    public static final ParameterValues NONE = new ParameterValues(List.of(), new Object[0]);

    private final List<Parameter<?>> parameters;
    private final Object[] values;

    private ParameterValues(List<Parameter<?>> parameters, Object[] values) {
        this.parameters = parameters;
        this.values = values;
    }

    /**
     * Reads the declared parameters of a request.
     *
     * @throws ProblemException 422 with a violation for each that is missing, repeated or does not fit
     */
    public static ParameterValues read(Route route, Request request) {
        List<Parameter<?>> parameters = route.parameters();
        if (parameters.isEmpty()) {
            return NONE;
        }
        Object[] values = new Object[parameters.size()];
        List<Violation> violations = new ArrayList<>(0);
        for (int i = 0; i < values.length; i++) {
            Parameter<?> parameter = parameters.get(i);
            try {
                values[i] = parameter.read(texts(parameter, request));
            } catch (IllegalArgumentException e) {
                violations.add(Violation.of(parameter.pointer(), String.valueOf(e.getMessage())));
            }
        }
        if (!violations.isEmpty()) {
            throw invalid(violations);
        }
        return new ParameterValues(parameters, values);
    }

    private static List<String> texts(Parameter<?> parameter, Request request) {
        return switch (parameter.place()) {
            case PATH -> List.of(request.pathParameter(parameter.name()));
            case QUERY -> request.queryAll(parameter.name());
            case HEADER -> request.headerAll(parameter.name());
        };
    }

    private static ProblemException invalid(List<Violation> violations) {
        return ProblemException.invalid(
                violations.stream()
                        .map(violation -> violation.pointer() + ": " + violation.detail())
                        .collect(joining("; ")),
                violations);
    }

    /**
     * The value of a parameter.
     *
     * @throws IllegalArgumentException when it is none of the declared ones
     */
    @SuppressWarnings("unchecked") // the value was read by a parameter of the same codec and occurrence
    public <T> T get(Parameter<T> parameter) {
        for (int i = 0; i < values.length; i++) {
            if (parameter.isSame(parameters.get(i))) {
                return (T) values[i];
            }
        }
        throw new IllegalArgumentException(
                "parameter " + parameter + " (expected: one that the route declares, of " + parameters + ")");
    }
}
