package dev.busbar.plugin;

import static java.util.Objects.requireNonNull;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A problem that the handler of a {@link Route} can respond with, in addition to those of the host for every route. Immutable.
 */
public final class RouteProblem {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,60}");

    private final int status;
    private final String name;
    private final String when;

    private RouteProblem(int status, String name, String when) {
        requireNonNull(name, "name");
        requireNonNull(when, "when");
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("route problem status: " + status + " (expected: 400 to 599)");
        }
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "route problem name: \"" + name + "\" (expected: " + NAME.pattern() + ")");
        }
        this.status = status;
        this.name = name;
        this.when = when;
    }

    static RouteProblem of(int status, String name, String when) {
        return new RouteProblem(status, name, when);
    }

    /** The status code, 400 to 599. */
    public int status() {
        return status;
    }

    /** The last part of the problem's type, as in {@link ProblemException#name}. */
    public String name() {
        return name;
    }

    /** The condition, in a sentence. */
    public String when() {
        return when;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RouteProblem that
                && status == that.status
                && name.equals(that.name)
                && when.equals(that.when);
    }

    @Override
    public int hashCode() {
        return Objects.hash(status, name, when);
    }

    @Override
    public String toString() {
        return "RouteProblem[" + status + ", " + name + ", " + when + "]";
    }
}
