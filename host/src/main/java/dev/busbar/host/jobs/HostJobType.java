package dev.busbar.host.jobs;

import dev.busbar.host.pipeline.Caller;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A type of jobs that the host runs itself, on threads of its own. Its jobs have the platform {@code host}, and the schema 1
 * for their checkpoints. Immutable.
 *
 * @param name the name of the type
 * @param threads the max number of its jobs that run at once on this node
 * @param limit the max duration of a run
 */
public record HostJobType(String name, int threads, Duration limit, Body body) {
    /** The platform of all such jobs. */
    public static final String PLATFORM = "host";

    /** Runs a job. */
    @FunctionalInterface
    public interface Body {
        /**
         * Runs a job, or continues it from its checkpoint. Must check itself what its caller may do.
         *
         * @return the result, JSON; null for none
         * @throws Exception when the attempt has failed: a problem with a status below 500 is final
         */
        byte @Nullable [] run(HostJob job) throws Exception;
    }

    /** One run of a job that the host runs itself. May be called from any thread. */
    public static final class HostJob {
        private final JobRun run;

        HostJob(JobRun run) {
            this.run = run;
        }

        /** The id of the job. */
        public String id() {
            return run.job().id();
        }

        /** The attempt, from 1. */
        public int attempt() {
            return run.job().attempt();
        }

        /** The correlation id of the job. */
        public String correlationId() {
            return run.job().correlationId();
        }

        /** The submitter as a caller now. */
        public Caller caller() {
            return run.caller();
        }

        /** The bytes of the request. */
        public byte[] request() {
            return run.content("request").orElseThrow(() -> new IllegalStateException("the job has no request"));
        }

        /** The bytes of the last checkpoint; empty when it runs from its beginning. */
        public Optional<byte[]> restored() {
            return run.job().checkpointSchema() == 0 ? Optional.empty() : run.content("checkpoint");
        }

        /** Reports progress. Throws an error that is not to be caught when the run has to end; so does {@link #checkpoint}. */
        public void progress(long done, long total, String message) {
            run.progress(done, total, message);
        }

        /** Saves a checkpoint; does not return when the run is to end with it. */
        public void checkpoint(byte[] state) {
            run.checkpoint(state);
        }

        /** Returns whether the job was cancelled. */
        public boolean isCancelled() {
            return run.isCancelled();
        }
    }
}
