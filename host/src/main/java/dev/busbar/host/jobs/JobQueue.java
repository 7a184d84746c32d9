package dev.busbar.host.jobs;

import dev.busbar.host.jobs.JobStore.Cancellation;
import dev.busbar.host.signal.Signal;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Fence;
import dev.busbar.host.store.Transaction;
import dev.busbar.plugin.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The queue of jobs in the store, which all nodes share. Blocks; may be called from any thread that nobody interrupts.
 */
public final class JobQueue {
    private static final Duration MAX_AHEAD = Duration.ofDays(366);

    private final JobStore store;
    private final QueueCounts counts;
    private final Supplier<String> ids;
    private final Signal<String> changed = new Signal<>("job changed");
    private final Signal<String> enqueued = new Signal<>("jobs enqueued");

    /**
     * The queue of a database.
     *
     * @param ids creates ids of jobs, which sort by time
     */
    public JobQueue(Database database, JobSettings settings, Supplier<String> ids) {
        this.store = new JobStore(database, settings);
        this.counts = new QueueCounts(new SweepStore(database), settings, System::nanoTime);
        this.ids = ids;
    }

    JobStore store() {
        return store;
    }

    String newId() {
        return ids.get();
    }

    /**
     * Enqueues a job in a transaction; call {@link #wake} when that is committed.
     *
     * @return the id of the job; of the one with the same unique key which has not ended, where there is one
     * @throws dev.busbar.plugin.ProblemException 429 when too many jobs are queued
     */
    public String enqueue(Transaction transaction, NewJob job) {
        boolean isFar = job.after()
                .filter(at -> at.isAfter(Instant.now().plus(MAX_AHEAD)) || at.isBefore(Instant.EPOCH))
                .isPresent();
        if (isFar) {
            throw ProblemException.invalid(
                    "/after", "expected: a time within the next " + MAX_AHEAD.toDays() + " days");
        }
        counts.add(job.submitter().principal().id());
        return store.enqueue(transaction, newId(), job);
    }

    /** Enqueues a job; it is committed when this returns. */
    public String enqueue(NewJob job) {
        return enqueue(job, Fence.NONE);
    }

    /** Enqueues a job on behalf of code that has a fence, which is checked first. */
    String enqueue(NewJob job, Fence fence) {
        String id = store.database().change(transaction -> {
            fence.check(transaction);
            return enqueue(transaction, job);
        });
        wake();
        return id;
    }

    /** Jobs were committed: this node looks at the queue now. */
    public void wake() {
        enqueued.emit("");
    }

    void onWake(Runnable listener) {
        enqueued.listen(nothing -> listener.run());
    }

    /** A job. */
    public Optional<StoredJob> find(String id) {
        return store.find(id);
    }

    /** A job, in a transaction. */
    public Optional<StoredJob> find(Transaction transaction, String id) {
        return store.find(transaction, id);
    }

    /** Jobs that exist, of some ids. */
    public List<StoredJob> find(Collection<String> ids) {
        return ids.isEmpty() ? List.of() : store.find(ids);
    }

    /**
     * Jobs, the newest first.
     *
     * @param filter values of {@code principal}, {@code platform} and {@code type}; an absent one is any
     * @param state the name of their state, as {@link JobState#text}; empty for any
     * @param before the id before which the list begins; empty for the newest
     */
    public List<StoredJob> list(Map<String, String> filter, Optional<String> state, String before, int max) {
        List<JobState> states = Arrays.stream(JobState.values())
                .filter(one -> state.isEmpty() || one.text().equals(state.get()))
                .toList();
        return store.list(filter, states, before, max);
    }

    /** The result of a job; empty where it has none, or that was deleted. */
    public Optional<byte[]> result(String id) {
        return store.content(id, "result");
    }

    /** Returns whether a job has not ended. */
    public boolean isUnfinished(Transaction transaction, String id) {
        return JobStore.isUnfinished(transaction, id);
    }

    /** Cancels a job; returns false if there is none, or it had ended. */
    public boolean cancel(String id) {
        return cancel(id, Fence.NONE);
    }

    boolean cancel(String id, Fence fence) {
        Cancellation done = store.cancel(id, fence);
        if (done != Cancellation.NONE) {
            changed(id);
        }
        return done != Cancellation.NONE;
    }

    /** Enqueues a failed job again, in a transaction; returns false if it has not failed, or its request was deleted. */
    public boolean retry(Transaction transaction, String id) {
        return store.retry(transaction, id);
    }

    /** Adds a listener of the end of jobs, in the transaction of each. */
    public void onEnded(JobEnded listener) {
        store.onEnded(listener);
    }

    /** Adds a listener of the ids of jobs that this node has cancelled or ended. Called after the commit; must not block. */
    public void onChanged(Consumer<String> listener) {
        changed.listen(listener);
    }

    void changed(String id) {
        changed.emit(id);
    }
}
