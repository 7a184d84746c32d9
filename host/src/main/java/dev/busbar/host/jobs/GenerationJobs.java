package dev.busbar.host.jobs;

import dev.busbar.core.JsonCodec;
import dev.busbar.core.ProblemType;
import dev.busbar.host.entry.Door;
import dev.busbar.host.pipeline.Acting;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Fence;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.jobs.JobStatus;
import dev.busbar.plugin.jobs.JobType;
import dev.busbar.plugin.jobs.Jobs;
import dev.busbar.plugin.jobs.Submission;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of one generation: what its code submits, and from the publish on what it runs. Declared, served, drained and
 * closed by the owner of the generation; as {@link Jobs} it may be called from any thread that may block.
 */
public final class GenerationJobs implements Jobs, AutoCloseable {
    private static final int MAX_REQUEST_BYTES = 1 << 20;

    private final Means means;
    private final JobRuntime runtime;
    private volatile Map<String, JobType<?>> types = Map.of();
    private volatile @Nullable JobServer server;
    private volatile @Nullable JobServer closed;

    /**
     * The means of a generation.
     *
     * @param door the door into its code
     * @param json its binding
     * @param self its platform as the submitter of jobs that no request has started
     * @param hiding masks secrets of its configuration in a text
     */
    public record Means(Door door, JsonCodec json, Supplier<Caller> self, UnaryOperator<String> hiding) {}

    GenerationJobs(Means means, JobRuntime runtime) {
        this.means = means;
        this.runtime = runtime;
    }

    /**
     * Sets the types that it runs.
     *
     * @param loader the context class loader of its threads
     */
    public void declare(List<JobType<?>> declared, ClassLoader loader) {
        types = declared.stream().collect(Collectors.toUnmodifiableMap(JobType::name, type -> type));
        if (!declared.isEmpty()) {
            List<RunnableType> runnable = declared.stream().map(this::runnable).toList();
            server = runtime.server(means, loader, runnable);
        }
    }

    private RunnableType runnable(JobType<?> type) {
        return new RunnableType(
                type.name(),
                type.access().map(access -> access.permission(platform()).orElseThrow()),
                type.retries(),
                type.limit(),
                type.concurrency(),
                type.schema(),
                List.copyOf(type.reads()),
                run -> runBound(type, run));
    }

    private <T> byte @Nullable [] runBound(JobType<T> type, JobRun run) throws Exception {
        byte[] stored = run.content("request").orElseThrow(() -> new IllegalStateException("the job has no request"));
        T request = LentJob.read(means.json(), stored, type.request());
        Object result = type.runner().run(new LentJob<>(run, means.json(), request));
        return result == null ? null : encoded(result);
    }

    /** A result that is too large stays so, however often the job is run. */
    private byte[] encoded(Object result) {
        try {
            return BoundedBytes.encode(
                    means.json(), result, "job result", runtime.settings().maxResultBytes());
        } catch (BoundedBytes.TooLargeException e) {
            throw ProblemType.PAYLOAD_TOO_LARGE.problem(String.valueOf(e.getMessage()));
        }
    }

    /** From now on it gets the jobs of its platform, and the generation before gets none. */
    public void serve() {
        JobServer now = server;
        if (now != null) {
            runtime.serve(now);
        } else {
            runtime.retract(platform());
        }
    }

    /** It gets no more jobs; those that run are asked for a checkpoint. */
    public void drain() {
        JobServer now = server;
        if (now != null) {
            now.drain();
            runtime.wake();
        }
    }

    /** Ends its threads, when its gate is closed; what still runs has lost its job. */
    @Override
    public void close() {
        JobServer now = server;
        types = Map.of();
        server = null;
        closed = now;
        if (now != null) {
            runtime.close(now);
        }
    }

    /** Waits until its threads have ended, after it was closed. */
    public boolean awaitEnd(long millis) throws InterruptedException {
        JobServer now = closed;
        return now == null || now.awaitEnd(millis);
    }

    private String platform() {
        return means.door().generation().platform();
    }

    @Override
    public <T> String submit(JobType<T> type, T request, Submission options) {
        JobType<?> declared = types.get(type.name());
        if (declared == null) {
            throw new IllegalArgumentException(
                    "job type: " + type.name() + " (expected: one that the platform declares: " + types.keySet() + ")");
        }
        byte[] bytes = BoundedBytes.encode(means.json(), request, "job request", MAX_REQUEST_BYTES);
        Caller caller = Acting.current().flatMap(Acting::caller).orElseGet(means.self());
        String correlationId = Acting.current().map(Acting::correlationId).orElseGet(runtime.queue()::newId);
        JobRuntime.requirePermission(caller, declared.access().flatMap(access -> access.permission(platform())));
        NewJob job = new NewJob(platform(), type.name(), Submitter.of(caller), bytes, options, correlationId);
        Fence fence = Fence.current();
        return available(() -> runtime.queue().enqueue(job, fence));
    }

    /** Runs work with the store, whose failure is a problem for the client of the platform. */
    private <T> T available(Supplier<T> work) {
        try {
            return runtime.uninterrupted().call(work);
        } catch (RuntimeException e) {
            if (Database.isUnavailable(e)) {
                ProblemException problem = JobFailures.unavailable();
                Fence.current().unavailable(problem);
                throw problem;
            }
            throw e;
        }
    }

    @Override
    public Optional<JobStatus> find(String id) {
        return own(id).map(job -> JobStatus.of(job.id(), job.type(), job.state().status())
                .progress(job.done(), job.total(), job.message()));
    }

    private Optional<StoredJob> own(String id) {
        return available(() -> runtime.queue().find(id))
                .filter(job -> job.platform().equals(platform()));
    }

    @Override
    public boolean cancel(String id) {
        Fence fence = Fence.current();
        return own(id).isPresent() && available(() -> runtime.queue().cancel(id, fence));
    }
}
