package dev.busbar.core;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.HealthCheck;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Route;
import dev.busbar.plugin.jobs.JobType;
import dev.busbar.plugin.jobs.Schedule;
import dev.busbar.plugin.state.DocumentType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The declarations of a platform, read and judged by the same rules in the host and the testkit. Called on a thread that
 * may run the platform's code. Stateless.
 */
public final class Declarations {
    /** How often each health check must pass before a platform is accepted, one round of all checks after the other. */
    public static final int HEALTH_ROUNDS = 3;

    private Declarations() {}

    /**
     * Reads the routes, once.
     *
     * @throws InvalidDeclarationException when there is no list, or an element of it is null
     */
    public static List<Route> routes(Platform platform) {
        return elements("routes()", platform.routes());
    }

    /**
     * Reads the types of jobs, once.
     *
     * @throws InvalidDeclarationException when there is no list, an element of it is null, a name is there twice, or a type
     *     has no access
     */
    public static List<JobType<?>> jobs(Platform platform) {
        List<JobType<?>> types = elements("jobs()", platform.jobs());
        Set<String> names = new HashSet<>();
        for (JobType<?> type : types) {
            if (!names.add(type.name())) {
                throw new InvalidDeclarationException(
                        "jobs() returned the type \"" + type.name() + "\" twice (expected: each name once)");
            }
            if (type.access().filter(access -> access != Access.PUBLIC).isEmpty()) {
                throw new InvalidDeclarationException("job type \"" + type.name() + "\": access "
                        + type.access().map(access -> "PUBLIC").orElse("is not declared")
                        + " (expected: READ, WRITE or an action)");
            }
        }
        return types;
    }

    /**
     * Reads the schedules, once.
     *
     * @param types the types of jobs that the platform declares
     * @throws InvalidDeclarationException when there is no list, an element of it is null, a name is there twice, or a schedule
     *     has no times or a type that is not declared
     */
    public static List<Schedule<?>> schedules(Platform platform, List<JobType<?>> types) {
        List<Schedule<?>> schedules = elements("schedules()", platform.schedules());
        Set<String> known = types.stream().map(JobType::name).collect(Collectors.toSet());
        Set<String> names = new HashSet<>();
        for (Schedule<?> schedule : schedules) {
            String label = "schedule \"" + schedule.name() + "\"";
            if (!names.add(schedule.name())) {
                throw new InvalidDeclarationException(
                        "schedules() returned the " + label + " twice (expected: each once)");
            }
            if (!known.contains(schedule.type().name())) {
                throw new InvalidDeclarationException(label + ": job type \""
                        + schedule.type().name() + "\" (expected: one of those that jobs() returns, " + known + ")");
            }
            if (schedule.cron().isEmpty() && schedule.interval().isEmpty()) {
                throw new InvalidDeclarationException(label + ": no times (expected: cron or every)");
            }
        }
        return schedules;
    }

    /**
     * Reads the health checks, once.
     *
     * @throws InvalidDeclarationException when there is no list, or an element of it is null
     */
    public static List<HealthCheck> healthChecks(Platform platform) {
        return elements("healthChecks()", platform.healthChecks());
    }

    /**
     * Reads the document types, once.
     *
     * @throws InvalidDeclarationException when there is no list, or an element of it is null
     */
    public static List<DocumentType<?>> documents(Platform platform) {
        return elements("documents()", platform.documents());
    }

    /** The name of a health check in messages. */
    public static String label(HealthCheck check) {
        return "health check \"" + check.name() + "\"";
    }

    /**
     * The reason to refuse a platform for the result of a health check; empty where that passes or warns.
     *
     * @param health what the probe returned, which may be null
     */
    public static Optional<String> fault(HealthCheck check, HealthCheck.@Nullable Health health) {
        String failed = "its " + label(check) + " failed: ";
        if (health == null) {
            return Optional.of(failed + "it returned null");
        }
        return health.status() == HealthCheck.Health.Status.FAIL
                ? Optional.of(failed + health.detail())
                : Optional.empty();
    }

    /** The list may be of a class of the plugin's own, so that its elements are copied before they are looked at. */
    private static <T> List<T> elements(String method, @Nullable List<T> declared) {
        if (declared == null) {
            throw new InvalidDeclarationException(method + " returned null (expected: a list)");
        }
        List<@Nullable T> copy = new ArrayList<>(declared);
        int missing = copy.indexOf(null);
        if (missing >= 0) {
            throw new InvalidDeclarationException(
                    method + " returned a list with null at index " + missing + " (expected: no null)");
        }
        return List.copyOf(declared);
    }
}
