package dev.busbar.host.jobs;

import dev.busbar.core.Problems;
import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.parking.Parked;
import dev.busbar.host.parking.ParkingLot;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.RouteConcern;
import dev.busbar.host.resilience.PreferWaitInterceptor;
import dev.busbar.host.threads.Deadlines;
import dev.busbar.plugin.HttpMethod;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Parks a request for a job with {@code Prefer: wait=<seconds>} until the job has ended, or for that time. What is not to be
 * waited for, such as a job of somebody else, is answered at once, by the handler. Called on event-loop threads.
 */
public final class JobWaitInterceptor implements RouteConcern, Interceptor {
    private static final Logger LOG = LoggerFactory.getLogger(JobWaitInterceptor.class);
    private static final String PATH = "/jobs/{id}";
    private static final int MAX_SECONDS = 30;
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final ParkingLot.Bay bay;
    private final Deadlines deadlines;
    private final Executor readers;
    private final Map<String, Set<Waiting>> waiting = new ConcurrentHashMap<>();
    private volatile @Nullable JobQueue queue;

    /**
     * Waits for no jobs yet.
     *
     * @param readers threads that read the store
     */
    public JobWaitInterceptor(ParkingLot lot, Deadlines deadlines, Executor readers) {
        this.bay = lot.bay("job");
        this.deadlines = deadlines;
        this.readers = readers;
    }

    /** Waits for the jobs of a queue from now on. Called once, before anything is served. */
    public void follow(JobQueue followed) {
        queue = followed;
        followed.onChanged(this::look);
    }

    @Override
    public Optional<Interceptor> on(RouteContract route) {
        boolean concerned = route.isOfHost()
                && route.method() == HttpMethod.GET
                && route.id().path().equals(PATH);
        return concerned ? Optional.of(this) : Optional.empty();
    }

    /** A request that waits. */
    private final class Waiting implements Deadlines.Due {
        private final String job;
        private final String principal;
        private final Invocation invocation;
        private final Next next;
        private final long dueNanos;
        private volatile @Nullable Parked parked;

        Waiting(String job, Invocation invocation, Next next, long dueNanos) {
            this.job = job;
            this.principal = invocation
                    .caller()
                    .map(caller -> caller.permits().test("host:jobs")
                            ? ""
                            : caller.principal().id())
                    .orElse("");
            this.invocation = invocation;
            this.next = next;
            this.dueNanos = dueNanos;
        }

        boolean maySee(StoredJob stored) {
            return principal.isEmpty() || stored.principal().equals(principal);
        }

        @Override
        public long dueNanos() {
            return dueNanos;
        }

        @Override
        public void expire() {
            resume();
        }

        void resume() {
            boolean removed = deadlines.remove(this);
            waiting.computeIfPresent(job, (id, all) -> {
                all.remove(this);
                return all.isEmpty() ? null : all;
            });
            Parked now = parked;
            if (now != null
                    && now.resume(same -> {
                        invocation.timing().restart(deadlines.now());
                        next.proceed(same);
                    })) {
                LOG.trace("job {}: a request goes on, {}", job, removed);
            }
        }
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        OptionalInt wanted = PreferWaitInterceptor.wait(invocation.exchange().headers("Prefer"));
        if (wanted.isEmpty() || queue == null) {
            next.proceed(invocation);
            return;
        }
        long nanos = TimeUnit.SECONDS.toNanos(Math.min(MAX_SECONDS, wanted.getAsInt()));
        long dueNanos = deadlines.now() + nanos;
        List<String> segments = invocation.path().segments();
        Waiting one = new Waiting(segments.get(segments.size() - 1), invocation, next, dueNanos);
        // The wait ends before this deadline, by an entry of its own.
        one.parked = bay.park(invocation, () -> dueNanos + GRACE_NANOS, Problems::requestTimeout);
        waiting.computeIfAbsent(one.job, id -> ConcurrentHashMap.newKeySet()).add(one);
        deadlines.add(one);
        look(one.job);
    }

    /** Looks at one job soon. */
    private void look(String job) {
        if (waiting.containsKey(job)) {
            try {
                readers.execute(() -> lookNow(Set.of(job)));
            } catch (RejectedExecutionException stopping) {
                LOG.debug("the host is stopping");
            }
        }
    }

    /** Looks at all jobs that are waited for, for the changes of other nodes; on a thread that may block. */
    public void lookAtAll() {
        if (!waiting.isEmpty()) {
            lookNow(Set.copyOf(waiting.keySet()));
        }
    }

    private void lookNow(Set<String> jobs) {
        JobQueue followed = queue;
        if (followed == null) {
            return;
        }
        Map<String, StoredJob> found =
                followed.find(jobs).stream().collect(Collectors.toMap(StoredJob::id, job -> job));
        for (String id : jobs) {
            StoredJob job = found.get(id);
            for (Waiting one : List.copyOf(waiting.getOrDefault(id, Set.of()))) {
                if (job == null || job.state().hasEnded() || !one.maySee(job)) {
                    one.resume();
                }
            }
        }
    }
}
