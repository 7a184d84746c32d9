package dev.busbar.plugin.jobs;

import dev.busbar.plugin.ProblemException;
import java.util.Optional;

/**
 * The jobs of one platform. Lent by {@link dev.busbar.plugin.PlatformContext#jobs()}; may be called from any thread. Every
 * call reads or writes the store and may block.
 *
 * <p>A job is submitted as the caller of the request that the thread handles, and otherwise as the platform itself. The
 * permission of the job type is required of that principal now, and again when the job starts.
 */
public interface Jobs {
    /**
     * Submits a job, with the default options.
     *
     * @throws ProblemException as for {@link #submit(JobType, Object, Submission)}
     */
    default <T> String submit(JobType<T> type, T request) {
        return submit(type, request, Submission.options());
    }

    /**
     * Submits a job. It is committed when this returns.
     *
     * @param type one that the platform declares
     * @param request a value that can be written as JSON, at most 1 MiB of it
     * @return the id of the job; of the earlier one where a job with the same unique key has not ended
     * @throws ProblemException {@code forbidden} when the principal lacks the permission of the type; {@code
     *     quota-exceeded} when too many jobs are queued; {@code temporarily-unavailable} when the store is unavailable
     * @throws IllegalArgumentException when the platform does not declare the type, or the request cannot be written
     */
    <T> String submit(JobType<T> type, T request, Submission options);

    /** A job of this platform; empty when there is none with this id, or its record was deleted some time after its end. */
    Optional<JobStatus> find(String id);

    /**
     * Cancels a job: one that is queued has ended when this returns, one that runs is told, and interrupted. Nothing happens
     * to one that has ended.
     *
     * @return whether the platform has a job with this id that had not ended
     */
    boolean cancel(String id);
}
