package dev.busbar.host.jobs;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** The services of the dispatcher to its runs. Thread-safe. */
interface Settling {
    /**
     * The outcome of a run, as a write that may be repeated: it changes nothing where the run has lost its job, or was
     * written before.
     *
     * @param write returns the state of the job then; empty where nothing was changed
     */
    record Outcome(Function<JobStore, Optional<JobState>> write) {
        static Outcome of(Function<JobStore, Optional<JobState>> write) {
            return new Outcome(write);
        }
    }

    /** Writes an outcome now, on the thread of the run; if the store is unavailable, later. */
    void settle(JobRun run, Outcome outcome);

    /** Writes an outcome soon, on another thread. */
    void settleLater(JobRun run, Outcome outcome);

    /** A run has ended with the checkpoint that it was asked for. */
    void yielded(JobRun run);

    /** The code of a run has ended. */
    void left(JobRun run);

    /** The pause after a failed attempt. */
    Duration pause(int attempt);

    /** Runs work with the store, out of reach of interrupts. */
    <T> T call(Supplier<T> work);

    /** Runs work with the store, out of reach of interrupts. */
    void run(Runnable work);
}
