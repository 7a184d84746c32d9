package dev.busbar.host.jobs;

import dev.busbar.plugin.jobs.JobStatus;
import java.util.Locale;

/** The states of a job, as they are stored. */
public enum JobState {
    /** Queued, and not to be claimed before its time. */
    DELAYED,
    /** Queued. */
    QUEUED,
    /** Running. */
    RUNNING,
    /** Ended with a result. */
    SUCCEEDED,
    /** Ended with a problem. */
    FAILED,
    /** Cancelled. */
    CANCELLED;

    /** The name of the state for clients. */
    public String text() {
        return status().name().toLowerCase(Locale.ROOT);
    }

    /** The state as plugins see it. */
    JobStatus.State status() {
        return switch (this) {
            case DELAYED, QUEUED -> JobStatus.State.QUEUED;
            case RUNNING -> JobStatus.State.RUNNING;
            case SUCCEEDED -> JobStatus.State.SUCCEEDED;
            case FAILED -> JobStatus.State.FAILED;
            case CANCELLED -> JobStatus.State.CANCELLED;
        };
    }

    /** Returns whether a job in this state has ended. */
    public boolean hasEnded() {
        return status() != JobStatus.State.QUEUED && status() != JobStatus.State.RUNNING;
    }
}
