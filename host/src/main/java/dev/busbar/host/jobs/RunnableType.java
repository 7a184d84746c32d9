package dev.busbar.host.jobs;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A type of jobs that this node can run. Immutable.
 *
 * @param permission the permission that its submitter needs; empty where the body checks that itself
 * @param retries how often a job is tried again after a failure
 * @param limit the max duration of a run
 * @param concurrency the max number of its jobs that run at once, over all nodes
 * @param schema the schema of the checkpoints that it writes; 0 for none
 * @param reads the schemas of the checkpoints that it reads
 */
record RunnableType(
        String name,
        Optional<String> permission,
        int retries,
        Duration limit,
        int concurrency,
        int schema,
        List<Integer> reads,
        Body body) {
    /** Runs a job. */
    @FunctionalInterface
    interface Body {
        /** Returns the result, JSON; null for none. What it throws is the failure of the run. */
        byte @Nullable [] run(JobRun run) throws Throwable;
    }

    /** Copies the list. */
    RunnableType {
        reads = List.copyOf(reads);
    }
}
