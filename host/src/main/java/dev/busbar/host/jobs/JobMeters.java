package dev.busbar.host.jobs;

import dev.busbar.host.pipeline.Meters;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The metrics of jobs. Thread-safe. */
final class JobMeters {
    private final Meters meters;
    private volatile Map<String, Long> states = Map.of();

    JobMeters(Meters meters) {
        this.meters = meters;
        for (String state : List.of("queued", "running", "succeeded", "failed", "cancelled")) {
            meters.gauge(
                    "busbar.jobs",
                    "Jobs in the store, over all nodes, counted each minute",
                    () -> states.getOrDefault(state, 0L),
                    "state",
                    state);
        }
    }

    /** The number of jobs by the name of their state. */
    void states(Map<String, Long> counts) {
        states = Map.copyOf(counts);
    }

    /** Counts the end of a job. */
    void ended(String platform, JobState state) {
        meters.count(
                        "busbar.jobs.ended",
                        "Jobs that this node has ended",
                        "platform",
                        platform,
                        "outcome",
                        state.name().toLowerCase(Locale.ROOT))
                .increment();
    }
}
