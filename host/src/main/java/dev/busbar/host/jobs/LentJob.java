package dev.busbar.host.jobs;

import dev.busbar.core.JsonCodec;
import dev.busbar.plugin.Principal;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.TypeRef;
import dev.busbar.plugin.jobs.Checkpoint;
import dev.busbar.plugin.jobs.Job;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** A run as it is lent to the code of a platform. May be called from any thread. */
final class LentJob<T> implements Job<T> {
    static final int MAX_CHECKPOINT_BYTES = 1 << 20;

    private final JobRun run;
    private final JsonCodec json;
    private final T request;
    private final Optional<Checkpoint> restored;

    LentJob(JobRun run, JsonCodec json, T request) {
        this.run = run;
        this.json = json;
        this.request = request;
        this.restored = run.job().checkpointSchema() == 0
                ? Optional.empty()
                : run.content("checkpoint").map(bytes -> new Saved(run.job().checkpointSchema(), bytes, json));
    }

    private record Saved(int schema, byte[] bytes, JsonCodec json) implements Checkpoint {
        @Override
        public <S> S as(TypeRef<S> type) {
            try {
                return read(json, bytes, type);
            } catch (ProblemException e) {
                throw new IllegalArgumentException("job checkpoint of schema " + schema + ": " + e.getMessage(), e);
            }
        }
    }

    static <S> S read(JsonCodec json, byte[] bytes, TypeRef<S> type) {
        try {
            return json.decode(new ByteArrayInputStream(bytes), type);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    @Override
    public String id() {
        return run.job().id();
    }

    @Override
    public T request() {
        return request;
    }

    @Override
    public int attempt() {
        return run.job().attempt();
    }

    @Override
    public Principal principal() {
        return run.caller().principal();
    }

    @Override
    public Optional<Checkpoint> restored() {
        return restored;
    }

    @Override
    public void progress(long done, long total, String message) {
        run.progress(done, total, message);
    }

    @Override
    public void checkpoint(Object state) {
        if (run.type().schema() == 0) {
            throw new IllegalStateException(
                    "job type " + run.type().name() + " declares no schema of checkpoints (expected: JobType.schema)");
        }
        run.checkpoint(BoundedBytes.encode(json, state, "job checkpoint", MAX_CHECKPOINT_BYTES));
    }

    @Override
    public boolean isCheckpointRequested() {
        return run.isCheckpointRequested();
    }

    @Override
    public boolean isCancelled() {
        return run.isCancelled();
    }
}
