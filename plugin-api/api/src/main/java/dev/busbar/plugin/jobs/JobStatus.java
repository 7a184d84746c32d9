package dev.busbar.plugin.jobs;

import java.util.Objects;

/** The state of a job when it was read. Immutable. */
public final class JobStatus {
    private final String id;
    private final String type;
    private final State state;
    private final long done;
    private final long total;
    private final String message;

    /** The states of a job. */
    public enum State {
        /** Waiting for its time, a thread, or a later attempt. */
        QUEUED,
        /** Running. */
        RUNNING,
        /** Ended with a result. */
        SUCCEEDED,
        /** Ended with a problem, after its last attempt. */
        FAILED,
        /** Cancelled before it has ended otherwise. */
        CANCELLED
    }

    private JobStatus(String id, String type, State state, long done, long total, String message) {
        this.id = id;
        this.type = type;
        this.state = state;
        this.done = done;
        this.total = total;
        this.message = message;
    }

    /** The status of a job without progress; made by the host, and in tests. */
    public static JobStatus of(String id, String type, State state) {
        return new JobStatus(id, type, state, 0, 0, "");
    }

    /** A copy with progress. */
    public JobStatus progress(long nowDone, long ofTotal, String nowMessage) {
        return new JobStatus(id, type, state, nowDone, ofTotal, nowMessage);
    }

    /** The id of the job. */
    public String id() {
        return id;
    }

    /** The name of its type. */
    public String type() {
        return type;
    }

    /** Its state. */
    public State state() {
        return state;
    }

    /** Returns whether the job has ended, in one way or another. */
    public boolean hasEnded() {
        return state != State.QUEUED && state != State.RUNNING;
    }

    /** How much is done. */
    public long done() {
        return done;
    }

    /** How much there is to do; 0 where that is not known. */
    public long total() {
        return total;
    }

    /** The last message of its progress; empty for none. */
    public String message() {
        return message;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JobStatus that
                && id.equals(that.id)
                && type.equals(that.type)
                && state == that.state
                && done == that.done
                && total == that.total
                && message.equals(that.message);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, type, state, done, total, message);
    }

    @Override
    public String toString() {
        return "JobStatus[" + id + ", " + type + ", " + state + ", " + done + "/" + total + "]";
    }
}
