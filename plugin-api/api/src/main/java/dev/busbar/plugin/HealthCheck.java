package dev.busbar.plugin;

import static java.util.Objects.requireNonNull;

import java.util.Objects;

/**
 * A health check of a platform. The host runs each one three times before it publishes a generation; a single {@link
 * Health#fail}, or an exception, prevents the publish. All rounds together run within {@code swap.startLimit} (30 s). While
 * the generation serves, the host runs each one every {@code swap.healthInterval} (30 s) and shows its latest result.
 * Immutable.
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
     * @param probe runs the check
     * @throws IllegalArgumentException when the name is blank
     */
    public static HealthCheck of(String name, Probe probe) {
        requireNonNull(probe, "probe");
        if (name.isBlank()) {
            throw new IllegalArgumentException("health check name: \"\" (expected: not blank)");
        }
        return new HealthCheck(name, probe);
    }

    /** The name of what is checked. */
    public String name() {
        return name;
    }

    /** The probe. */
    public Probe probe() {
        return probe;
    }

    @Override
    public String toString() {
        return name;
    }

    /** Checks one dependency. Called on a thread of the generation, never twice at once, and interrupted past the limit. */
    @FunctionalInterface
    public interface Probe {
        /**
         * Returns the health.
         *
         * @throws Exception counts as {@link Health#fail}
         */
        Health check() throws Exception;
    }

    /**
     * The health of one dependency. Immutable.
     */
    public static final class Health {
        /** The verdicts of the health+json draft. */
        public enum Status {
            /** Healthy. */
            PASS,
            /** Working, but needs attention. */
            WARN,
            /** Not working: a generation is not published, and the earlier one continues to serve; one that serves is shown so. */
            FAIL
        }

        private final Status status;
        private final String detail;

        private Health(Status status, String detail) {
            this.status = status;
            this.detail = detail;
        }

        /** Healthy. */
        public static Health pass() {
            return new Health(Status.PASS, "");
        }

        /** Working, but needs attention. */
        public static Health warn(String detail) {
            return new Health(Status.WARN, requireNonNull(detail, "detail"));
        }

        /** Not working. */
        public static Health fail(String detail) {
            return new Health(Status.FAIL, requireNonNull(detail, "detail"));
        }

        /** The verdict. */
        public Status status() {
            return status;
        }

        /** One sentence for an operator; empty by default. */
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
