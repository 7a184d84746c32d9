package dev.busbar.plugin.jobs;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The options of one submission. Immutable; each method that changes something returns a copy. */
public final class Submission {
    private static final int MAX_KEY = 200;
    private static final Submission DEFAULT = new Submission(null, null, Priority.NORMAL);

    private final @Nullable String uniqueKey;
    private final @Nullable Instant after;
    private final Priority priority;

    /** The priorities of jobs. A job that waits long enough is treated as one of the next priority. */
    public enum Priority {
        /** Before all others. */
        HIGH,
        /** The default. */
        NORMAL,
        /** When nothing else is to do. */
        LOW
    }

    private Submission(@Nullable String uniqueKey, @Nullable Instant after, Priority priority) {
        this.uniqueKey = uniqueKey;
        this.after = after;
        this.priority = priority;
    }

    /** The default options: at once, normal priority, no unique key. */
    public static Submission options() {
        return DEFAULT;
    }

    /**
     * A copy with a unique key: while a job of the same platform, type and key has not ended, a submission returns that job
     * instead of another one.
     *
     * @throws IllegalArgumentException when it is blank or longer than 200 characters
     */
    public Submission uniqueKey(String key) {
        if (key.isBlank() || key.length() > MAX_KEY) {
            throw new IllegalArgumentException("unique key: a text of " + key.length() + " characters (expected: 1 to "
                    + MAX_KEY + ", not blank)");
        }
        return new Submission(key, after, priority);
    }

    /** A copy with a time before which the job does not run. */
    public Submission after(Instant time) {
        return new Submission(uniqueKey, requireNonNull(time, "time"), priority);
    }

    /** A copy with a priority. */
    public Submission priority(Priority value) {
        return new Submission(uniqueKey, after, requireNonNull(value, "value"));
    }

    /** The unique key; empty for none. */
    public Optional<String> uniqueKey() {
        return Optional.ofNullable(uniqueKey);
    }

    /** The time before which the job does not run; empty for none. */
    public Optional<Instant> after() {
        return Optional.ofNullable(after);
    }

    /** The priority. */
    public Priority priority() {
        return priority;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Submission that
                && Objects.equals(uniqueKey, that.uniqueKey)
                && Objects.equals(after, that.after)
                && priority == that.priority;
    }

    @Override
    public int hashCode() {
        return Objects.hash(uniqueKey, after, priority);
    }

    @Override
    public String toString() {
        return "Submission[uniqueKey=" + uniqueKey + ", after=" + after + ", priority=" + priority + "]";
    }
}
