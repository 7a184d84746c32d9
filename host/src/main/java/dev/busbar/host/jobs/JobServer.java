package dev.busbar.host.jobs;

import dev.busbar.host.entry.Door;
import dev.busbar.host.entry.Visit;
import dev.busbar.host.jobs.ClaimStore.Candidate;
import dev.busbar.host.jobs.ClaimStore.Offer;
import dev.busbar.host.jobs.ClaimStore.TypeKey;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.threads.BoundedPool;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The server of the jobs of one platform on this node: the types that it runs, a bounded number of threads, and the runs on
 * them. Runs are started by the dispatcher's thread; the rest may be called from any.
 */
final class JobServer implements AutoCloseable {
    private final Door door;
    private final Map<String, RunnableType> types;
    private final Means means;
    private final BoundedPool pool;
    private final Set<JobRun> runs = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    /**
     * The means of a server.
     *
     * @param threads the max number of runs at once
     * @param callers the caller that the submitter of a job is now; empty where its job may not run any more
     * @param run the means of its runs
     */
    record Means(int threads, Function<Submitter, Optional<Caller>> callers, JobRun.Means run) {}

    JobServer(Door door, ClassLoader loader, List<RunnableType> types, Means means) {
        this.door = door;
        this.types = types.stream().collect(Collectors.toUnmodifiableMap(RunnableType::name, type -> type));
        this.means = means;
        this.pool = new BoundedPool(
                door.generation().platform() + "#" + door.generation().number() + "-jobs", loader, means.threads(), 0);
    }

    String platform() {
        return door.generation().platform();
    }

    Optional<RunnableType> type(String name) {
        return Optional.ofNullable(types.get(name));
    }

    /** The types that it can run more jobs of now. */
    List<Offer> offers() {
        int free = draining ? 0 : means.threads() - runs.size();
        return free <= 0
                ? List.of()
                : types.values().stream()
                        .map(type ->
                                new Offer(new TypeKey(platform(), type.name()), free, type.concurrency(), type.reads()))
                        .toList();
    }

    /** The caller that the submitter of a job is now; empty where it may not run any more. */
    Optional<Caller> caller(Candidate job) {
        return means.callers().apply(job.submitter());
    }

    /** A run of a job, which is not started. */
    JobRun run(Candidate job, RunnableType type, Caller caller) {
        return new JobRun(job, type, caller, this, means.run());
    }

    /** Starts a run; returns false where it cannot be started: then its job is for somebody else. */
    boolean start(JobRun run) {
        Visit visit = door.visit(run);
        run.visit(visit);
        runs.add(run);
        if (draining) {
            run.requestCheckpoint();
        }
        boolean taken = pool.offer(visit);
        if (!taken) {
            runs.remove(run);
        }
        return taken;
    }

    void left(JobRun run) {
        runs.remove(run);
    }

    Set<JobRun> runs() {
        return runs;
    }

    /** Returns whether its code is not to go on: the gate was closed by force. */
    boolean isClosed() {
        return door.generation().isClosed();
    }

    /** Starts no more runs, and asks those under way for a checkpoint. */
    void drain() {
        draining = true;
        runs.forEach(JobRun::requestCheckpoint);
    }

    /** Interrupts what still runs. */
    @Override
    public void close() {
        pool.shutDown().forEach(Runnable::run); // each is refused by the gate
    }

    /** Waits until its threads have ended. */
    boolean awaitEnd(long millis) throws InterruptedException {
        return pool.awaitEnd(millis);
    }
}
