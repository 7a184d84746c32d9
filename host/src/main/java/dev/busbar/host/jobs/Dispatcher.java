package dev.busbar.host.jobs;

import dev.busbar.host.jobs.ClaimStore.Candidate;
import dev.busbar.host.jobs.ClaimStore.Held;
import dev.busbar.host.jobs.ClaimStore.Offer;
import dev.busbar.host.jobs.ClaimStore.Orphan;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.store.Database;
import dev.busbar.host.threads.Threads;
import dev.busbar.host.threads.Uninterrupted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that claim jobs for the servers of this node, renew their leases, store their progress and take up the jobs
 * of dead processes. {@link #watch} is called by a thread that must not block; the services for runs by any.
 */
final class Dispatcher implements Settling, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    /** How often a run may end with its process before its job fails. */
    static final int MAX_CRASHES = 3;
    /** How long jobs of a platform that was removed wait for it. */
    static final Duration ABSENCE = Duration.ofHours(24);

    private static final long POLL_MILLIS = 250;
    /** The period at which leases are renewed, and the claims in the store are compared with the runs. */
    static final Duration BEAT = Duration.ofSeconds(5);

    /** How long after the last renewal the runs of this node count as lost: two thirds of a lease. */
    private static final long GIVE_UP_NANOS = ClaimStore.LEASE.toNanos() * 2 / 3;

    private static final long LOG_PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

    private final Means means;
    private final JobRuntime.Parts parts;
    private final JobStore store;
    private final ScheduledExecutorService thread = Threads.timer("busbar-jobs");
    /** Renews leases, and nothing else: whatever other work waits for, this node keeps its jobs. */
    private final ScheduledExecutorService leases = Threads.timer("busbar-jobs-leases");

    private final ScheduledExecutorService upkeep = Threads.timer("busbar-jobs-upkeep");

    private final AtomicBoolean awake = new AtomicBoolean();
    /** Claims whose runs are about to start: what that needs may take long. */
    private final Set<JobToken> starting = ConcurrentHashMap.newKeySet();

    private final Map<JobToken, JobRun> runs = new ConcurrentHashMap<>();
    private final Map<JobToken, Unsettled> unsettled = new ConcurrentHashMap<>();
    private final Map<JobToken, Observed> observed = new HashMap<>();
    private final Backoff backoff =
            new Backoff(() -> ThreadLocalRandom.current().nextDouble());
    private final JobMeters meters;
    private final Object leaving = new Object();
    private Set<JobToken> withoutRun = Set.of();
    private volatile long renewedNanos = System.nanoTime();
    private volatile boolean started;
    private volatile boolean stopping;
    private volatile long loggedNanos = System.nanoTime() - LOG_PAUSE_NANOS;

    /**
     * The means of the dispatcher.
     *
     * @param servers those who run jobs on this node now
     * @param beat the period of leases and upkeep
     */
    record Means(
            ClaimStore claims,
            SweepStore sweeps,
            JobQueue queue,
            Uninterrupted uninterrupted,
            Supplier<List<JobServer>> servers,
            Duration beat) {}

    /** The outcome of a run that is not in the store yet. */
    private record Unsettled(JobRun run, Outcome outcome) {}

    /** An expired lease, and when it was seen first. */
    private record Observed(Orphan orphan, long sinceNanos) {}

    Dispatcher(Means means, JobRuntime.Parts parts) {
        this.means = means;
        this.parts = parts;
        this.store = means.queue().store();
        this.meters = new JobMeters(parts.meters());
    }

    /** Takes up what earlier processes of this node have left, and begins. */
    void start() {
        for (Orphan orphan : means.claims().left()) {
            if (store.database().isShared()) {
                step("recovery", () -> recover(orphan)); // where it fails, its lease expires
            } else {
                recover(orphan);
            }
        }
        renewedNanos = System.nanoTime();
        started = true;
        ScheduledFuture<?> unused =
                thread.scheduleWithFixedDelay(() -> step("claims", this::cycle), 0, POLL_MILLIS, TimeUnit.MILLISECONDS);
        long beat = means.beat().toMillis();
        ScheduledFuture<?> unusedToo =
                leases.scheduleWithFixedDelay(() -> step("leases", this::renew), beat, beat, TimeUnit.MILLISECONDS);
        ScheduledFuture<?> unusedEither =
                upkeep.scheduleWithFixedDelay(this::upkeep, beat, beat, TimeUnit.MILLISECONDS);
    }

    /** Looks at the queue soon. */
    void wake() {
        if (!stopping && !awake.getAndSet(true)) {
            try {
                thread.execute(() -> step("claims", this::cycle));
            } catch (RejectedExecutionException e) {
                LOG.debug("the dispatcher has ended");
            }
        }
    }

    private void step(String what, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            long now = System.nanoTime();
            if (now - loggedNanos >= LOG_PAUSE_NANOS) {
                loggedNanos = now;
                LOG.warn("jobs: {} failed; tried again, and reported again in a minute", what, e);
            }
        }
    }

    private void cycle() {
        awake.set(false);
        if (stopping || !started) {
            return;
        }
        int due = means.claims().queueDue();
        List<JobServer> servers = means.servers().get();
        List<Offer> offers =
                servers.stream().flatMap(server -> server.offers().stream()).toList();
        long before = System.nanoTime();
        List<Candidate> claimed = means.claims().claim(offers);
        if (runs.isEmpty()) {
            renewedNanos = before; // nothing was to be renewed until now
        }
        claimed.forEach(job -> starting.add(job.claimed()));
        claimed.forEach(job -> step("a start", () -> start(job, servers)));
        LOG.trace("{} jobs are due, {} were claimed", due, claimed.size());
    }

    private void start(Candidate job, List<JobServer> servers) {
        Optional<JobServer> server = servers.stream()
                .filter(one -> one.platform().equals(job.platform())
                        && one.type(job.type()).isPresent())
                .findFirst();
        boolean started = false;
        try {
            started = server.isPresent()
                    && start(job, server.get(), server.get().type(job.type()).orElseThrow());
        } finally {
            try {
                if (!started) {
                    LOG.debug("job {} could not be started, and is queued again", job.id());
                    Optional<JobState> unused = store.requeue(job.claimed());
                }
            } finally {
                starting.remove(job.claimed());
            }
        }
    }

    private boolean start(Candidate job, JobServer server, RunnableType type) {
        Optional<Caller> caller = server.caller(job)
                .filter(now -> type.permission().map(now.permits()::test).orElse(true));
        if (caller.isEmpty()) {
            String permission = type.permission().orElse("");
            Optional<JobState> ended = store.fail(
                    job.claimed(),
                    JobFailures.of(
                            JobFailures.forbidden(permission),
                            job.id(),
                            job.correlationId(),
                            "its submitter " + job.principal() + " may not do this any more"));
            ended.ifPresent(state -> ended(job, state));
            return true;
        }
        JobRun run = server.run(job, type, caller.get());
        runs.put(run.token(), run);
        boolean taken = server.start(run);
        if (!taken) {
            runs.remove(run.token());
        }
        return taken;
    }

    private void ended(Candidate job, JobState state) {
        if (state.hasEnded()) {
            meters.ended(job.platform(), state);
        }
        means.queue().changed(job.id());
    }

    @Override
    public void settle(JobRun run, Outcome outcome) {
        unsettled.put(run.token(), new Unsettled(run, outcome));
        try {
            means.uninterrupted().run(() -> write(run, outcome));
        } catch (RuntimeException e) {
            LOG.warn("the outcome of {} could not be stored; tried again: {}", run.label(), e.getMessage());
        }
    }

    private void write(JobRun run, Outcome outcome) {
        Optional<JobState> state = outcome.write().apply(store);
        unsettled.remove(run.token());
        if (state.isEmpty()) {
            LOG.debug("{} had lost its job, or was settled before", run.label());
        }
        state.ifPresent(now -> ended(run.job(), now));
    }

    /** An outcome that the store refuses for a reason of its own does not keep the others from being written. */
    private void writeAgain(Unsettled late) {
        try {
            write(late.run(), late.outcome());
        } catch (RuntimeException e) {
            if (Database.isUnavailable(e)) {
                throw e;
            }
            LOG.warn(
                    "the outcome of {} is refused, so its job fails", late.run().label(), e);
            write(late.run(), late.run().refusedOutcome(String.valueOf(e.getMessage())));
        }
    }

    @Override
    public void settleLater(JobRun run, Outcome outcome) {
        unsettled.put(run.token(), new Unsettled(run, outcome));
        try {
            thread.execute(() -> step("an outcome", () -> write(run, outcome)));
        } catch (RejectedExecutionException e) {
            LOG.debug("{} is taken up by the next process of this node", run.label());
        }
    }

    @Override
    public void yielded(JobRun run) {
        means.queue().changed(run.job().id());
    }

    @Override
    public void left(JobRun run) {
        runs.remove(run.token());
        run.server().left(run);
        synchronized (leaving) {
            leaving.notifyAll();
        }
        wake();
    }

    @Override
    public Duration pause(int attempt) {
        return backoff.after(attempt);
    }

    @Override
    public <T> T call(Supplier<T> work) {
        return means.uninterrupted().call(work);
    }

    @Override
    public void run(Runnable work) {
        means.uninterrupted().run(work);
    }

    /** A job of this node may have been cancelled. */
    void changed(String id) {
        runs.values().stream()
                .filter(run -> run.job().id().equals(id) && !run.isSettled())
                .findFirst()
                .ifPresent(run -> {
                    try {
                        upkeep.execute(() -> step("cancellations", () -> reconcile(false)));
                    } catch (RejectedExecutionException e) {
                        LOG.debug("the dispatcher has ended");
                    }
                });
    }

    private void renew() {
        long began = System.nanoTime();
        means.claims().renew();
        renewedNanos = began;
    }

    /** Stores what is not stored yet, and takes up what others have left. Any of it may wait for a lock in the store. */
    private void upkeep() {
        step("outcomes", () -> List.copyOf(unsettled.values()).forEach(this::writeAgain));
        step("progress", this::storeProgress);
        step("claims of this node", () -> reconcile(true));
        step("claims of others", this::recoverExpired);
    }

    private void storeProgress() {
        Map<JobToken, Progress> progress = new HashMap<>();
        runs.values().forEach(run -> run.unstored().ifPresent(now -> progress.put(run.token(), now)));
        if (!progress.isEmpty()) {
            store.progress(progress);
        }
    }

    /** Compares the claims in the store with the runs of this node. */
    private void reconcile(boolean beats) {
        Set<JobToken> running = new HashSet<>(starting); // in the order in which a job moves through them
        running.addAll(runs.keySet());
        running.addAll(unsettled.keySet());
        List<Held> held = means.claims().held();
        Set<JobToken> claims = new HashSet<>();
        Set<JobToken> without = new HashSet<>();
        for (Held claim : held) {
            claims.add(claim.run());
            JobRun run = runs.get(claim.run());
            if (run != null && claim.cancelled()) {
                run.cancel();
            }
            boolean left = !running.contains(claim.run()) || (run != null && run.isSettled());
            if (left && !unsettled.containsKey(claim.run())) {
                without.add(claim.run());
            }
        }
        runs.values().stream()
                .filter(run -> running.contains(run.token()) && !claims.contains(run.token()))
                .forEach(JobRun::lose);
        if (beats) {
            requeueLeft(without);
        }
    }

    /** A claim without a run may be one that settles just now, so that it has to be seen by two beats. */
    private void requeueLeft(Set<JobToken> without) {
        for (JobToken claim : without) {
            if (withoutRun.contains(claim)) {
                LOG.warn("job {} has no run on this node any more, and is queued again", claim.id());
                store.requeue(claim).ifPresent(state -> means.queue().changed(claim.id()));
            }
        }
        withoutRun = without;
    }

    private void recoverExpired() {
        long now = System.nanoTime();
        Map<JobToken, Observed> seen = new HashMap<>();
        List<Orphan> taken = new ArrayList<>(); // they stay observed until the store has them no more
        for (Orphan orphan : means.claims().expired()) {
            Observed before = observed.get(orphan.run());
            Observed current = before != null && before.orphan().equals(orphan) ? before : new Observed(orphan, now);
            seen.put(orphan.run(), current);
            if (now - current.sinceNanos() >= means.beat().toNanos()) {
                taken.add(orphan);
            }
        }
        observed.clear();
        observed.putAll(seen);
        taken.forEach(orphan -> step("recovery", () -> recover(orphan)));
    }

    private void recover(Orphan orphan) {
        store.crashed(
                        orphan.run(),
                        MAX_CRASHES,
                        JobFailures.of(
                                JobFailures.abandoned(), orphan.id(), orphan.id(), "its process ended while it ran"))
                .ifPresent(state -> {
                    LOG.warn("job {}: the process that ran it has ended; it is {} now", orphan.id(), state.text());
                    means.queue().changed(orphan.id());
                });
    }

    /** Looks at the limits of runs, and at the leases of this node. */
    void watch() {
        long cancelLimit = parts.settings().cancelLimit().toNanos();
        boolean lost = started && store.database().isShared() && System.nanoTime() - renewedNanos >= GIVE_UP_NANOS;
        for (JobRun run : runs.values()) {
            if (lost && !run.isSettled()) {
                LOG.warn("{}: its lease could not be renewed in time; it is stopped", run.label());
                run.lose();
            }
            if (run.look(cancelLimit)) {
                LOG.warn(
                        "{} does not end after its interrupt; its job ends without it, and its thread is shown with"
                                + " its stack in the generations of platform {}",
                        run.label(),
                        run.job().platform());
            }
        }
    }

    /** Deletes what is over, and fails the jobs of platforms that are gone. */
    void sweep() {
        int bytes = means.sweeps().purgeContents();
        int records = means.sweeps().purgeRecords();
        LOG.debug("{} rows of bytes and {} records of jobs were deleted", bytes, records);
        List<String> queued = means.sweeps().queuedPlatforms();
        for (String platform : queued) {
            if (!isKnown(platform)) {
                means.sweeps().absent(platform);
                abandon(platform);
            }
        }
        means.sweeps().absences().stream()
                .filter(platform -> isKnown(platform) || !queued.contains(platform))
                .forEach(means.sweeps()::present);
        meters.states(means.sweeps().states());
    }

    private boolean isKnown(String platform) {
        return platform.equals(HostJobType.PLATFORM) || parts.known().test(platform);
    }

    private void abandon(String platform) {
        for (String id : means.sweeps().abandoned(platform, ABSENCE)) {
            if (store.abandon(id, JobFailures.of(JobFailures.gone(platform), id, id, "its platform was removed"))) {
                meters.ended(platform, JobState.FAILED);
                means.queue().changed(id);
            }
        }
    }

    /** Claims nothing more, asks for checkpoints, and waits for runs to leave; those that do not have lost their jobs. */
    void drain(Duration limit) {
        stopping = true;
        runs.values().forEach(JobRun::requestCheckpoint);
        long dueNanos = System.nanoTime() + limit.toNanos();
        try {
            synchronized (leaving) {
                while (!runs.isEmpty() && System.nanoTime() < dueNanos) {
                    TimeUnit.NANOSECONDS.timedWait(leaving, Math.max(1_000_000, dueNanos - System.nanoTime()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        runs.values().forEach(JobRun::cut);
    }

    @Override
    public void close() {
        stopping = true;
        thread.shutdown();
        upkeep.shutdown();
        leases.shutdown();
        try {
            if (!thread.awaitTermination(10, TimeUnit.SECONDS)
                    || !upkeep.awaitTermination(10, TimeUnit.SECONDS)
                    || !leases.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.warn("the dispatcher of jobs has not ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
