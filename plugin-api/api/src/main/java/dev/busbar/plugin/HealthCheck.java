package dev.busbar.plugin;

import static java.util.Objects.requireNonNull;

import java.util.Objects;

/**
 * A question that the host asks a platform before it publishes a generation, and from time to time after. Immutable.
 */
public final class HealthCheck {
    private final String name;
    private final Probe probe;

    private HealthCheck(String name, Probe probe) {
        this.name = name;
        this.probe = probe;
    }

    /**
     * A check.
     *
     * @param name what is checked, such as {@code database}
     * @param probe finds out
     * @throws IllegalArgumentException when the name is blank
     */
    public static HealthCheck of(String name, Probe probe) {
        requireNonNull(probe, "probe");
        if (name.isBlank()) {
            throw new IllegalArgumentException("health check name: \"\" (expected: not blank)");
        }
        return new HealthCheck(name, probe);
    }

    /** What is checked. */
    public String name() {
        return name;
    }

    /** Finds out. */
    public Probe probe() {
        return probe;
    }

    @Override
    public String toString() {
        return name;
    }

    /** Finds out how one thing is. Called on a thread of the generation, never twice at once. */
    @FunctionalInterface
    public interface Probe {
        /**
         * Returns how it is.
         *
         * @throws Exception counts as {@link Health#fail}
         */
        Health check() throws Exception;
    }

    /**
     * The state of one thing. Immutable.
     */
    public static final class Health {
        /** The verdicts of the health+json draft. */
        public enum Status {
            /** All is well. */
            PASS,
            /** It works, but somebody should look. */
            WARN,
            /** It does not work; before a publish this keeps the earlier generation in place. */
            FAIL
        }

        private final Status status;
        private final String detail;

        private Health(Status status, String detail) {
            this.status = status;
            this.detail = detail;
        }

        /** All is well. */
        public static Health pass() {
            return new Health(Status.PASS, "");
        }

        /** It works, but somebody should look. */
        public static Health warn(String detail) {
            return new Health(Status.WARN, requireNonNull(detail, "detail"));
        }

        /** It does not work. */
        public static Health fail(String detail) {
            return new Health(Status.FAIL, requireNonNull(detail, "detail"));
        }

        /** The verdict. */
        public Status status() {
            return status;
        }

        /** One sentence for a maintainer; empty when there is nothing to say. */
        public String detail() {
            return detail;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Health that && status.equals(that.status) && detail.equals(that.detail);
        }

        @Override
        public int hashCode() {
            return Objects.hash(status, detail);
        }

        @Override
        public String toString() {
            return "Health[" + status + ", " + detail + "]";
        }
    }
}
