package dev.busbar.plugin;

import static java.util.Objects.requireNonNull;

/**
 * A question the host asks a platform before it publishes a generation, and from time to time after.
 *
 * @param name what is checked, such as {@code database}
 * @param probe finds out
 */
public record HealthCheck(String name, Probe probe) {
    /** Refuses an empty name. */
    public HealthCheck {
        requireNonNull(probe, "probe");
        if (name.isBlank()) {
            throw new IllegalArgumentException("health check name: \"\" (expected: not blank)");
        }
    }

    /** Finds out how one thing is. Called on a thread of the generation, never twice at once. */
    @FunctionalInterface
    public interface Probe {
        /**
         * Answers how it is.
         *
         * @throws Exception counts as {@link Health#fail}
         */
        Health check() throws Exception;
    }

    /**
     * How one thing is.
     *
     * @param status the verdict
     * @param detail one sentence for a maintainer; empty when there is nothing to say
     */
    public record Health(Status status, String detail) {
        /** The verdicts of the health+json draft. */
        public enum Status {
            /** All is well. */
            PASS,
            /** It works, but somebody should look. */
            WARN,
            /** It does not work; before a publish this keeps the earlier generation in place. */
            FAIL
        }

        /** All is well. */
        public static Health pass() {
            return new Health(Status.PASS, "");
        }

        /** It works, but somebody should look. */
        public static Health warn(String detail) {
            return new Health(Status.WARN, detail);
        }

        /** It does not work. */
        public static Health fail(String detail) {
            return new Health(Status.FAIL, detail);
        }
    }
}
