package dev.busbar.host.generation;

import dev.busbar.core.Declarations;
import dev.busbar.host.entry.Door;
import dev.busbar.host.entry.Doors;
import dev.busbar.host.entry.Entry;
import dev.busbar.host.entry.Visit;
import dev.busbar.host.pipeline.Acting;
import dev.busbar.host.threads.BoundedPool;
import dev.busbar.plugin.HealthCheck;
import dev.busbar.plugin.HealthCheck.Health;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The health checks of one generation while it serves: each is run periodically on a background thread of the generation,
 * never twice at once, and its latest result is kept. A change of a result is logged. Holds the plugin's code until it is
 * closed, so it is in the ledger. {@link #results} may be called from any thread.
 */
final class HealthWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HealthWatch.class);
    private static final Duration MAX_LIMIT = Duration.ofSeconds(10);

    private final Means means;
    private final long limitNanos;
    private final Future<?> rounds;
    private volatile List<Watched> all;

    /**
     * What the checks need to run.
     *
     * @param pool the background threads of the generation
     * @param primary returns whether the generation serves
     * @param interval the pause between two runs of a check
     * @param wording removes the secrets of the configuration from a text
     */
    record Means(
            Door door,
            Doors doors,
            BoundedPool pool,
            ScheduledExecutorService timer,
            BooleanSupplier primary,
            Duration interval,
            Clock clock,
            UnaryOperator<String> wording) {}

    /** Runs checks that have passed once. */
    HealthWatch(List<HealthCheck> checks, Means means) {
        this.means = means;
        this.limitNanos = Math.min(MAX_LIMIT.toNanos(), means.interval().toNanos());
        this.all = checks.stream().map(Watched::new).toList();
        long millis = means.interval().toMillis();
        this.rounds = means.timer().scheduleWithFixedDelay(this::round, millis, millis, TimeUnit.MILLISECONDS);
    }

    private void round() {
        if (means.primary().getAsBoolean()) {
            all.forEach(Watched::due);
        }
    }

    /** The latest result of each check. */
    List<GenerationView.Health> results() {
        return all.stream().map(watched -> watched.latest).toList();
    }

    /** Runs no check any more, and interrupts those that are under way: nobody is interested in their results. */
    void stop() {
        rounds.cancel(false);
        all.forEach(Watched::stop);
    }

    @Override
    public void close() {
        stop();
        all = List.of();
    }

    /** One check, its run that is under way, and its latest result. */
    private final class Watched {
        private final HealthCheck check;
        private volatile GenerationView.Health latest;
        private volatile @Nullable Run run;
        private volatile boolean stopped;

        Watched(HealthCheck check) {
            this.check = check;
            this.latest = view(Health.Status.PASS, "");
        }

        void due() {
            Run before = run;
            boolean isFree = before == null || before.visit.isOver();
            if (!isFree || stopped || means.door().generation().isDraining()) {
                return;
            }
            Run next = new Run(this);
            run = next;
            if (stopped) {
                next.stop();
            } else if (!means.pool().offer(next.visit)) {
                run = null;
                result(Health.Status.WARN, "it was not run: the background threads of the platform are all busy");
            }
        }

        void stop() {
            stopped = true;
            Run now = run;
            if (now != null) {
                now.stop();
            }
        }

        void result(Health.Status status, String said) {
            GenerationView.Health before = latest;
            String detail = means.wording().apply(said);
            latest = view(status, detail);
            if (!before.status().equals(latest.status())) {
                if (status == Health.Status.PASS) {
                    LOG.info("{}: its {} passes again", means.door().generation(), Declarations.label(check));
                } else {
                    LOG.warn(
                            "{}: its {} says {}: {}",
                            means.door().generation(),
                            Declarations.label(check),
                            status.name().toLowerCase(Locale.ROOT),
                            detail);
                }
            }
        }

        private GenerationView.Health view(Health.Status status, String detail) {
            return new GenerationView.Health(
                    check.name(),
                    status.name().toLowerCase(Locale.ROOT),
                    detail,
                    means.clock().instant());
        }
    }

    /** One run of a check; its result counts once, in time or as one that did not come. */
    private final class Run implements Entry {
        private final Watched watched;
        private final Acting acting = means.doors().alone();
        private final Visit visit = means.door().visit(this);
        private final AtomicBoolean ended = new AtomicBoolean();
        private volatile long dueNanos = Long.MAX_VALUE;

        Run(Watched watched) {
            this.watched = watched;
        }

        @Override
        public Kind kind() {
            return Kind.LIFECYCLE;
        }

        @Override
        public String label() {
            return Declarations.label(watched.check);
        }

        @Override
        public Acting acting() {
            return acting;
        }

        @Override
        public Pass pass() {
            return Pass.TAKES_LEASE;
        }

        /** Negative while it waits for a thread. */
        @Override
        public long overdueNanos() {
            long due = dueNanos;
            return due == Long.MAX_VALUE ? -1 : System.nanoTime() - due;
        }

        @Override
        public void run() throws Exception {
            if (ended.get()) {
                return; // stopped while it was queued
            }
            dueNanos = System.nanoTime() + limitNanos;
            Future<?> alarm = means.timer().schedule(this::expire, limitNanos, TimeUnit.NANOSECONDS);
            try {
                Health health = watched.check.probe().check();
                if (health == null) {
                    end(Health.Status.FAIL, "it returned null");
                } else {
                    end(health.status(), health.detail());
                }
            } finally {
                alarm.cancel(false);
            }
        }

        private void end(Health.Status status, String detail) {
            if (ended.compareAndSet(false, true)) {
                watched.result(status, detail);
            }
        }

        private void expire() {
            end(Health.Status.FAIL, "no result within " + Duration.ofNanos(limitNanos));
            visit.interrupt();
        }

        void stop() {
            ended.set(true);
            boolean queued = visit.cancel();
            if (!queued) {
                visit.interrupt();
            }
        }

        @Override
        public void failed(Throwable failure) {
            end(Health.Status.FAIL, "it threw " + failure);
        }

        /** The generation drains: nobody asks for its health any more. */
        @Override
        public void refused() {}
    }
}
