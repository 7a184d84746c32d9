package dev.busbar.host.jobs;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A job as it is stored, without its bytes. Immutable.
 *
 * @param principal the id of its submitter
 * @param attempt the attempt, from 1
 * @param crashCount how often a run ended with its process since the last checkpoint
 * @param runAt the time before which it does not run
 * @param startedAt when its first run began; null before
 * @param cancelAt when it was cancelled; null if it was not
 * @param expiresAt when its bytes are deleted; null before its end, and after the deletion
 * @param checkpointSchema the schema of its checkpoint; 0 for none
 * @param problem the problem document of its last failure; null for none
 * @param fault the failure for operators; null for none
 */
public record StoredJob(
        String id,
        String platform,
        String type,
        String principal,
        JobState state,
        int attempt,
        int crashCount,
        Instant runAt,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Instant cancelAt,
        @Nullable Instant expiresAt,
        int checkpointSchema,
        long done,
        long total,
        String message,
        @Nullable String problem,
        @Nullable String fault) {
    /** The columns, in the order of a query. */
    static final String COLUMNS =
            "id, platform, type, principal, state, attempt, crash_count, run_at, created_at, started_at,"
                    + " finished_at, cancel_at, expires_at, checkpoint_schema, done, total, message, problem, fault";
}
