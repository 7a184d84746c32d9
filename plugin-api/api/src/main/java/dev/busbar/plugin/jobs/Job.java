package dev.busbar.plugin.jobs;

import dev.busbar.plugin.Principal;
import java.util.Optional;

/**
 * One run of a job, lent to its handler until that returns. May be used from any thread; the handler itself runs on a
 * background thread of the generation. {@link #progress} and {@link #checkpoint} end a run that has to end: they throw an
 * {@link Error} that is not to be caught, once the job was cancelled, has been told to make room for a new generation, or
 * belongs to another run. A handler that blocks is interrupted then.
 *
 * <pre>{@code
 * Object count(Job<Range> job) {
 *     long next = job.restored().map(saved -> saved.as(Long.class)).orElse(job.request().first());
 *     for (long n = next; n <= job.request().last(); n++) {
 *         step(n);
 *         job.progress(n, job.request().last());
 *         job.checkpoint(n + 1);
 *     }
 *     return summary();
 * }
 * }</pre>
 *
 * @param <T> the type of the request
 */
public interface Job<T> {
    /** The id of the job, the same in each run. */
    String id();

    /** The request that the job was submitted with. */
    T request();

    /** The attempt, from 1: it rises when a run has failed, and not when a run is continued from its checkpoint. */
    int attempt();

    /** The principal that submitted the job. */
    Principal principal();

    /** The last checkpoint; empty when the job runs from its beginning. */
    Optional<Checkpoint> restored();

    /**
     * Reports progress, in units of the job's own. Kept in memory and stored every few seconds and with each checkpoint, so a
     * call costs little. What is less than before is ignored.
     *
     * @param done how much is done, 0 or more
     * @param total how much there is to do; 0 where that is not known
     * @throws IllegalArgumentException when a number is negative
     */
    default void progress(long done, long total) {
        progress(done, total, "");
    }

    /**
     * Reports progress with a message for people.
     *
     * @param message cut to 500 characters; empty for none
     * @throws IllegalArgumentException as for {@link #progress(long, long)}
     */
    void progress(long done, long total, String message);

    /**
     * Saves the state that a later run continues from; it is committed when this returns. When {@link #isCheckpointRequested}
     * was set, this does not return: the run ends, and the job continues from here on the new generation.
     *
     * @param state a value that can be written as JSON, at most 1 MiB of it; larger state belongs in a blob, and its name
     *     here
     * @throws IllegalArgumentException when it cannot be written as JSON or is too large
     * @throws IllegalStateException when the type of the job declares no {@linkplain JobType#schema schema}
     */
    void checkpoint(Object state);

    /**
     * Returns whether the run should save a checkpoint now because its generation is about to end. A run that has not done so
     * by the drain limit is interrupted, and continues from its last checkpoint.
     */
    boolean isCheckpointRequested();

    /** Returns whether the job was cancelled: the run should end soon, however it likes. It is interrupted too. */
    boolean isCancelled();
}
