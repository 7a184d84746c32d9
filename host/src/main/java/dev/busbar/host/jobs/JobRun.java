package dev.busbar.host.jobs;

import dev.busbar.host.entry.Entry;
import dev.busbar.host.entry.Visit;
import dev.busbar.host.jobs.ClaimStore.Candidate;
import dev.busbar.host.jobs.JobStore.Failure;
import dev.busbar.host.jobs.Settling.Outcome;
import dev.busbar.host.pipeline.Acting;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Fence;
import dev.busbar.host.store.FencedException;
import dev.busbar.host.store.Transaction;
import dev.busbar.plugin.ProblemException;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a job, from its claim to the end of its code. It has its job until it settles: with the outcome of the code, at
 * a checkpoint that was requested, or because the job was taken from it. What the code does after that changes nothing.
 * Its code runs on one thread; all methods may be called from any.
 */
final class JobRun implements Entry {
    private static final Logger LOG = LoggerFactory.getLogger(JobRun.class);
    /** The pause after which a job is run again whose run could not use the store. */
    private static final Duration STORE_PAUSE = Duration.ofSeconds(5);
    /** How long after the first start of a job a run that could not use the store counts as no attempt. */
    private static final Duration MAX_STORE_WAIT = Duration.ofHours(24);

    private static final int MAX_CAUSES = 50;

    private final Candidate job;
    private final RunnableType type;
    private final Caller caller;
    private final JobServer server;
    private final Means means;
    private final JobToken token;
    private final Acting acting;
    private final long beganNanos = System.nanoTime();
    private final AtomicBoolean settled = new AtomicBoolean();
    private final AtomicBoolean left = new AtomicBoolean();
    private volatile Progress progress = Progress.NONE;
    private volatile Progress stored = Progress.NONE;
    private volatile boolean checkpointRequested;
    private volatile boolean cancelled;
    private volatile boolean late;
    private volatile long interruptedNanos;
    private volatile @Nullable Visit visit;
    /** The problems by which the code was told that the store is unavailable, as long as anybody knows them. */
    private final Set<RuntimeException> outages =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    /**
     * The means of a run.
     *
     * @param store writes of the run
     * @param settling what settles runs
     * @param hiding masks secrets of the platform in a text
     */
    record Means(JobStore store, Settling settling, UnaryOperator<String> hiding) {}

    /** The fence of the writes of a run, which hears of outages of the store too. */
    private record RunFence(Fence writes, Set<RuntimeException> outages) implements Fence {
        @Override
        public void check(Transaction transaction) {
            writes.check(transaction);
        }

        @Override
        public void unavailable(RuntimeException problem) {
            outages.add(problem);
        }
    }

    JobRun(Candidate job, RunnableType type, Caller caller, JobServer server, Means means) {
        this.job = job;
        this.type = type;
        this.caller = caller;
        this.server = server;
        this.means = means;
        this.token = job.claimed();
        this.acting = new Acting(job.correlationId(), "", Optional.of(caller), Optional.empty());
    }

    Candidate job() {
        return job;
    }

    RunnableType type() {
        return type;
    }

    JobToken token() {
        return token;
    }

    JobServer server() {
        return server;
    }

    Caller caller() {
        return caller;
    }

    void visit(Visit value) {
        visit = value;
    }

    @Override
    public Kind kind() {
        return Kind.JOB;
    }

    @Override
    public String label() {
        return "job " + type.name() + " " + job.id();
    }

    @Override
    public Acting acting() {
        return acting;
    }

    @Override
    public Pass pass() {
        return Pass.TAKES_LEASE;
    }

    @Override
    public long overdueNanos() {
        return System.nanoTime() - beganNanos - type.limit().toNanos();
    }

    @Override
    public void run() throws Throwable {
        @Nullable Fence before = Fence.enter(new RunFence(means.store().fence(token), outages));
        try {
            byte @Nullable [] result = type.body().run(this);
            settle(Outcome.of(store -> store.succeed(token, result, progress)));
        } catch (RunEndedError ended) {
            settle(Outcome.of(store -> store.requeue(token)));
        } finally {
            @Nullable Fence unused = Fence.enter(before);
        }
    }

    @Override
    public void failed(Throwable failure) {
        if (settled.get()) {
            return; // its job was taken from it, or has moved on
        }
        if (failure instanceof FencedException) {
            lose();
        } else if (server.isClosed() || failure instanceof RunEndedError) {
            settle(Outcome.of(store -> store.requeue(token)));
        } else {
            settle(outcomeOf(failure));
        }
    }

    /** What an exception of a plugin's class says of itself is code of the plugin, which may throw in its turn. */
    private Outcome outcomeOf(Throwable failure) {
        try {
            return isOutage(failure) ? postponed(failure(failure)) : failure(failure);
        } catch (RuntimeException | Error e) {
            return failure(
                    JobFailures.failed(job.platform()), failure.getClass().getName(), false);
        }
    }

    /** Returns whether the code has failed by an outage of the store of the host. Problems of its own are none. */
    private boolean isOutage(Throwable failure) {
        @Nullable Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (cause instanceof ProblemException problem && outages.contains(problem)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private Outcome postponed(Outcome otherwise) {
        return Outcome.of(store -> store.postpone(token, STORE_PAUSE, MAX_STORE_WAIT)
                .or(() -> otherwise.write().apply(store)));
    }

    private Outcome failure(Throwable failure) {
        if (late) {
            return late();
        }
        if (failure instanceof ProblemException) {
            LOG.info("{}: {} failed, attempt {}: {}", job.platform(), label(), job.attempt(), failure.getMessage());
        } else if (!cancelled) {
            LOG.error("{}: {} failed, attempt {}", job.platform(), label(), job.attempt(), failure);
        }
        ProblemException problem = failure instanceof ProblemException own ? own : JobFailures.failed(job.platform());
        boolean isProblem = failure instanceof ProblemException;
        boolean isFinal = isProblem && problem.status() < 500;
        return failure(problem, isProblem ? problem.detail() : failure.toString(), isFinal);
    }

    private Outcome late() {
        return failure(JobFailures.late(job.platform(), type.limit().toString()), "its limit was over", false);
    }

    private Outcome failure(ProblemException problem, String fault, boolean isFinal) {
        Failure failure = JobFailures.of(
                problem, job.id(), job.correlationId(), means.hiding().apply(fault));
        boolean again = !isFinal && job.attempt() <= type.retries();
        return Outcome.of(
                again
                        ? store -> store.retryLater(
                                token, failure, means.settling().pause(job.attempt()))
                        : store -> store.fail(token, failure));
    }

    /** The outcome in the place of one that the store refuses. */
    Outcome refusedOutcome(String fault) {
        return Outcome.of(store -> store.fail(
                token, JobFailures.of(JobFailures.failed(job.platform()), job.id(), job.correlationId(), fault)));
    }

    /** The generation was closed between the claim and the run. */
    @Override
    public void refused() {
        settle(Outcome.of(store -> store.requeue(token)));
    }

    /** The gate was closed by force while the code is running. */
    @Override
    public void cut() {
        take(Outcome.of(store -> store.requeue(token)));
    }

    @Override
    public void left() {
        if (!left.getAndSet(true)) {
            if (!settled.get()) {
                settle(failure(JobFailures.failed(job.platform()), "its run has ended without an outcome", false));
            }
            means.settling().left(this);
        }
    }

    boolean hasLeft() {
        return left.get();
    }

    boolean isSettled() {
        return settled.get();
    }

    /** Settles it on the thread of its code, unless it has. */
    private void settle(Outcome outcome) {
        if (!settled.getAndSet(true)) {
            means.settling().settle(this, outcome);
        }
    }

    /** Settles it on another thread, because the job is taken from it. */
    private void take(Outcome outcome) {
        if (!settled.getAndSet(true)) {
            means.settling().settleLater(this, outcome);
        }
    }

    /** The job belongs to another run. */
    void lose() {
        settled.set(true);
        interrupt();
    }

    /** Asks it to save a checkpoint and to end with it. */
    void requestCheckpoint() {
        checkpointRequested = true;
    }

    boolean isCheckpointRequested() {
        return checkpointRequested;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** Tells it that its job was cancelled. */
    void cancel() {
        if (!cancelled) {
            cancelled = true;
            interrupt();
        }
    }

    private void interrupt() {
        interruptedNanos = System.nanoTime();
        Visit now = visit;
        if (now != null) {
            now.interrupt();
        }
    }

    /**
     * Interrupts it past the limit of its type, and takes the job from it where it does not end within a further limit.
     *
     * @return whether the job was taken from it
     */
    boolean look(long cancelLimitNanos) {
        if (settled.get()) {
            return false;
        }
        if (!late && overdueNanos() >= 0) {
            late = true;
            interrupt();
        }
        boolean stays = (late || cancelled) && System.nanoTime() - interruptedNanos >= cancelLimitNanos;
        if (stays) {
            take(cancelled ? Outcome.of(store -> store.requeue(token)) : late());
        }
        return stays;
    }

    Progress progress() {
        return progress;
    }

    /** Progress that is not stored yet; empty for none. */
    Optional<Progress> unstored() {
        Progress now = progress;
        if (now.equals(stored) || settled.get()) {
            return Optional.empty();
        }
        stored = now;
        return Optional.of(now);
    }

    void progress(long done, long total, String message) {
        requireOwn();
        progress = progress.then(done, total, message);
    }

    /** Saves a checkpoint, and ends the run with it where that was requested. */
    void checkpoint(byte[] state) {
        requireOwn();
        boolean leaves = checkpointRequested;
        Progress now = progress;
        try {
            means.settling().run(() -> means.store().checkpoint(token, type.schema(), state, now, leaves));
        } catch (FencedException e) {
            lose();
            throw new RunEndedError("job " + job.id() + " belongs to another run");
        } catch (RuntimeException e) {
            throw outage(e);
        }
        stored = now;
        if (leaves) {
            settled.set(true);
            means.settling().yielded(this);
            throw new RunEndedError("job " + job.id() + " continues from its checkpoint on another generation");
        }
    }

    private void requireOwn() {
        if (settled.get()) {
            throw new RunEndedError("job " + job.id() + " was taken from this run");
        }
        if (cancelled) {
            throw new RunEndedError("job " + job.id() + " was cancelled");
        }
    }

    /** Bytes of the job. */
    Optional<byte[]> content(String kind) {
        try {
            return means.settling().call(() -> means.store().content(job.id(), kind));
        } catch (RuntimeException e) {
            throw outage(e);
        }
    }

    private RuntimeException outage(RuntimeException failure) {
        if (!Database.isUnavailable(failure)) {
            return failure;
        }
        LOG.warn("{}: the store is unavailable ({})", label(), failure.getMessage());
        ProblemException problem = JobFailures.unavailable();
        outages.add(problem);
        return problem;
    }
}
