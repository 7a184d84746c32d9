package dev.busbar.plugin;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The permission that a caller needs to reach a {@link Route}. A route without one is rejected at load. For the platform
 * {@code turbo}, {@link #READ} needs the permission {@code turbo:read}, and an action {@code turbo:<name>}. Immutable.
 */
public sealed interface Access {
    /** Anybody, without credentials. */
    Access PUBLIC = new Public();
    /** Looks at things, or computes, or creates what only its caller can see. */
    Access READ = new Action("read");
    /** Changes what other callers can see. */
    Access WRITE = new Action("write");

    /**
     * An action of the plugin's own, such as {@code apply}.
     *
     * @throws IllegalArgumentException when the name does not match {@code [a-z][a-z0-9-]{0,40}}
     */
    static Access action(String name) {
        return new Action(name);
    }

    /** The permission that a caller of a platform needs; empty where none is needed. */
    Optional<String> permission(String platform);

    /** Access without credentials. */
    final class Public implements Access {
        private Public() {}

        @Override
        public Optional<String> permission(String platform) {
            return Optional.empty();
        }

        @Override
        public String toString() {
            return "public";
        }
    }

    /** Access for callers who hold the permission of an action. */
    final class Action implements Access {
        private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,40}");

        private final String name;

        private Action(String name) {
            if (!NAME.matcher(requireNonNull(name, "name")).matches()) {
                throw new IllegalArgumentException(
                        "access action: \"" + name + "\" (expected: " + NAME.pattern() + ")");
            }
            this.name = name;
        }

        /** The part of the permission behind the colon. */
        public String name() {
            return name;
        }

        @Override
        public Optional<String> permission(String platform) {
            return Optional.of(platform + ":" + name);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Action action && action.name.equals(name);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
