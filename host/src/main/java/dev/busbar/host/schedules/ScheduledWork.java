package dev.busbar.host.schedules;

import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.store.Transaction;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The work that schedules start: the queue of jobs, and what can be asked for. Safe for any number of threads. */
public interface ScheduledWork {
    /** An action that a schedule repeats. Immutable. */
    sealed interface Action {
        /** The platform that does it. */
        String platform();

        /**
         * A job of a declared type.
         *
         * @param request the JSON of its request
         */
        record OfJob(String platform, String type, String request) implements Action {}

        /**
         * A request to a route.
         *
         * @param path a path below {@code /api/}, with its query
         * @param headers by name in lower case
         * @param body JSON; empty for none
         */
        record OfRequest(String platform, String method, String path, Map<String, String> headers, String body)
                implements Action {
            /** Copies the headers. */
            public OfRequest {
                headers = Map.copyOf(headers);
            }
        }
    }

    /**
     * A schedule that a platform declares. Immutable.
     *
     * @param cron five fields; empty where there is an interval
     * @param interval an ISO 8601 duration; empty where there is a cron expression
     * @param type the type of its jobs
     * @param request the JSON of their request
     * @param missed {@code skip}, {@code once} or {@code all}
     * @param maxMissed the max number of missed times that {@code all} makes up for
     * @param overlap {@code skip} or {@code queue}
     */
    record Declared(
            String name,
            Optional<String> cron,
            Optional<String> interval,
            String zone,
            String type,
            String request,
            String missed,
            int maxMissed,
            String overlap,
            String jitter) {
        /**
         * Checks it as one of a caller would be.
         *
         * @throws dev.busbar.plugin.ProblemException 422 that names value and expectation
         */
        public void check() {
            Plan unused = Plan.of(Definition.of("any", this), Instant.EPOCH);
        }
    }

    /**
     * A run that is due.
     *
     * @param as the caller that it runs as: with what is left of its frozen scope, or the platform that declares it
     * @param uniqueKey the key under which there is one job: schedule and time
     * @param after the time before which the job does not run
     */
    record DueRun(Action action, Caller as, String uniqueKey, Instant after) {}

    /**
     * The permission that an action needs now; empty for a public route.
     *
     * @throws dev.busbar.plugin.ProblemException 422 when there is no such route or type of jobs
     */
    Optional<String> permission(Action action);

    /**
     * Enqueues a job in the transaction of the fire.
     *
     * @return the id of the job
     * @throws dev.busbar.plugin.ProblemException when the queue is full; the transaction can be committed all the same
     */
    String enqueue(Transaction transaction, DueRun run);

    /** Jobs that were enqueued are committed. */
    void committed();

    /** Returns whether a job has not ended; false for one that is not known any more. */
    boolean isUnfinished(Transaction transaction, String jobId);

    /** The platforms that this node serves now: the schedules that they declare are fired here. */
    Set<String> served();

    /** The platforms that are installed, whether this node serves them or not. */
    Set<String> known();

    /** A platform as the caller of what it declares; empty where this node does not serve it. */
    Optional<Caller> platform(String id);
}
