package dev.busbar.plugin;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/**
 * A problem that a {@link Route} answers on its own account, beside those that the host answers for every route.
 *
 * @param status the status code, 400 to 599
 * @param name the last part of the problem's type, as in {@link ProblemException#name}
 * @param when when it is answered, in a sentence
 */
public record RouteProblem(int status, String name, String when) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,60}");

    /** Refuses what no {@link ProblemException} could have. */
    public RouteProblem {
        requireNonNull(name, "name");
        requireNonNull(when, "when");
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("route problem status: " + status + " (expected: 400 to 599)");
        }
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "route problem name: \"" + name + "\" (expected: " + NAME.pattern() + ")");
        }
    }
}
