package dev.busbar.plugin;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/**
 * What a caller must be allowed to do to reach a {@link Route}. A route without one is refused at load. For the
 * platform {@code turbo}, {@link #READ} asks for the permission {@code turbo:read}, an action for {@code turbo:<name>}.
 *
 * @param kind whether anybody, or only holders of the action, may call
 * @param action the part of the permission behind the colon; empty for {@link #PUBLIC}
 */
public record Access(Kind kind, String action) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,40}");

    /** Anybody, without credentials. */
    public static final Access PUBLIC = new Access(Kind.PUBLIC, "");
    /** Looks at things, or computes, or creates what only its caller can see. */
    public static final Access READ = new Access(Kind.ACTION, "read");
    /** Changes what other callers can see. */
    public static final Access WRITE = new Access(Kind.ACTION, "write");

    /** Whether a permission is needed at all. */
    public enum Kind {
        /** No permission is needed. */
        PUBLIC,
        /** The permission {@code <platform>:<action>} is needed. */
        ACTION
    }

    /** Refuses an action name that could not stand in a permission. */
    public Access {
        requireNonNull(kind, "kind");
        requireNonNull(action, "action");
        boolean fits =
                kind == Kind.PUBLIC ? action.isEmpty() : NAME.matcher(action).matches();
        if (!fits) {
            throw new IllegalArgumentException(
                    "access action: \"" + action + "\" (expected: " + NAME.pattern() + ", or empty for public)");
        }
    }

    /**
     * An action of the plugin's own, such as {@code apply}.
     *
     * @throws IllegalArgumentException when the name does not match {@code [a-z][a-z0-9-]{0,40}}
     */
    public static Access action(String name) {
        return new Access(Kind.ACTION, name);
    }
}
