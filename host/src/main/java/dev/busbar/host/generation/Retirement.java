package dev.busbar.host.generation;

import dev.busbar.host.entry.Generation;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.leaks.LeakPatrol;
import dev.busbar.host.leaks.LeakWatch;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Retires generations: drains, closes and unloads them, and then watches whether they are collected. Has a record of each.
 * Driven by the thread that decides; the records may be read from any thread.
 */
public final class Retirement {
    private static final Logger LOG = LoggerFactory.getLogger(Retirement.class);
    private static final int MAX_RECORDS = 20;
    private static final long STREAM_LOOK_MILLIS = 100;

    private final Executor thread;
    private final ScheduledExecutorService timer;
    private final Clock clock;
    private final LeakPatrol patrol;
    private final Duration streamLimit;
    private final Map<String, List<Entry>> records = new ConcurrentHashMap<>();

    /** The record of one generation; without a reference to the generation itself once that is unloaded. */
    private static final class Entry {
        private final String sha256;
        private final boolean exclusive;
        private final Instant startedAt;
        private final CompletableFuture<Void> gone = new CompletableFuture<>();
        private final Generation gate;
        private final SwapTimes times;
        private volatile @Nullable LiveGeneration live;
        private volatile GenerationState state = GenerationState.STARTING;
        private volatile String reason = "";
        private volatile Optional<LeakWatch> watch = Optional.empty();

        Entry(LiveGeneration live, Instant startedAt) {
            this.live = live;
            this.sha256 = live.artifact().sha256();
            this.exclusive = live.artifact().terms().exclusive();
            this.startedAt = startedAt;
            this.gate = live.gate();
            this.times = live.times();
        }

        boolean serves() {
            return state == GenerationState.STARTING && times.isPublished();
        }

        GenerationView view() {
            LiveGeneration now = live;
            GenerationState shown = serves() ? GenerationState.ACTIVE : state;
            return new GenerationView(
                    gate.number(),
                    gate.version(),
                    sha256,
                    shown,
                    reason.isEmpty() ? Optional.empty() : Optional.of(reason),
                    startedAt,
                    gate.leases(),
                    gate.inside(),
                    now == null ? 0 : now.lent(),
                    times.steps(),
                    gate.running(),
                    now == null ? List.of() : now.health(),
                    watch.map(Entry::unload));
        }

        boolean isHeld() {
            return watch.filter(LeakWatch::isHeld).isPresent();
        }

        private static GenerationView.Unload unload(LeakWatch watch) {
            return watch.collectedAfter()
                    .map(after -> new GenerationView.Unload(
                            GenerationView.UnloadState.COLLECTED, true, after.toMillis(), List.of()))
                    .orElseGet(() -> {
                        GenerationView.UnloadState state =
                                watch.isHeld() ? GenerationView.UnloadState.HELD : GenerationView.UnloadState.PENDING;
                        return new GenerationView.Unload(
                                state, false, watch.age().toMillis(), watch.suspects());
                    });
        }
    }

    /**
     * No generations yet.
     *
     * @param thread the thread that decides
     */
    public Retirement(
            Executor thread, LeakPatrol patrol, ScheduledExecutorService timer, Clock clock, Duration streamLimit) {
        this.streamLimit = streamLimit;
        this.patrol = patrol;
        this.thread = thread;
        this.timer = timer;
        this.clock = clock;
    }

    /** Adds a new generation. */
    public void began(LiveGeneration generation) {
        Entry added = new Entry(generation, clock.instant());
        records.compute(generation.artifact().id(), (id, before) -> {
            List<Entry> all = new ArrayList<>();
            all.add(added);
            for (Entry entry : before == null ? List.<Entry>of() : before) {
                if (all.size() < MAX_RECORDS || entry.live != null) {
                    all.add(entry);
                }
            }
            return List.copyOf(all);
        });
    }

    /** The treatment of streams that continue past the drain limit. */
    public enum Streams {
        /** They continue, up to the general limit of streams. */
        AWAITED,
        /** They are cut: the next generation waits for this one to be gone. */
        CUT
    }

    /**
     * Begins to drain a generation that is no longer in the route table; the rest follows by itself.
     *
     * @return completes, never exceptionally, when it is gone
     */
    public CompletableFuture<Void> retire(LiveGeneration generation, Streams streams) {
        Generation gate = generation.gate();
        state(generation, GenerationState.DRAINING);
        generation.stopHealthChecks();
        long limitMillis = generation.drainLimit().toMillis();
        long dueNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMillis);
        ScheduledFuture<?> alarm = timer.scheduleWithFixedDelay(
                () -> forceUnlessStreaming(gate, dueNanos, streams),
                limitMillis,
                STREAM_LOOK_MILLIS,
                TimeUnit.MILLISECONDS);
        CompletableFuture<Void> gone = gate.whenClosed()
                .thenRunAsync(() -> alarm.cancel(false), thread)
                .thenCompose(done -> unload(generation, GenerationState.RETIRED))
                .toCompletableFuture();
        gate.drain();
        return gone;
    }

    /** A stream may have begun as late as at the drain limit, and continues up to the general limit of streams. */
    private void forceUnlessStreaming(Generation gate, long dueNanos, Streams streams) {
        boolean mayStream = streams == Streams.AWAITED && System.nanoTime() - dueNanos < streamLimit.toNanos();
        if (gate.streams() == 0 || !mayStream) {
            force(gate);
        }
    }

    private static void force(Generation gate) {
        if (gate.isClosed()) {
            return;
        }
        int inside = gate.forceClose();
        LOG.warn("{}: its drain limit is over with {} threads inside; they are interrupted", gate, inside);
        gate.interruptAll();
    }

    /** Closes and unloads a generation that was never published. */
    public CompletableFuture<Void> failed(LiveGeneration generation, String why) {
        find(generation).ifPresent(entry -> entry.reason = why);
        generation.gate().forceClose();
        return unload(generation, GenerationState.FAILED);
    }

    /** Completes when every generation of a plugin that drains or is being closed now is gone. */
    public CompletableFuture<Void> whenRetired(String id) {
        return CompletableFuture.allOf(records.getOrDefault(id, List.of()).stream()
                .filter(entry -> entry.state == GenerationState.DRAINING)
                .map(entry -> entry.gone)
                .toArray(CompletableFuture[]::new));
    }

    /**
     * Completes when the class loaders of all generations of a plugin that have been replaced by now are collected, which
     * releases their native libraries, or when that takes too long because something holds them.
     */
    public CompletableFuture<Void> whenReleased(String id) {
        return whenRetired(id)
                .thenCompose(retired -> patrol.collect(records.getOrDefault(id, List.of()).stream()
                        .flatMap(entry -> entry.watch.stream())
                        .toList()));
    }

    /**
     * Completes when nothing of a plugin is left that may not run beside an artifact of it: neither of them may be
     * exclusive then. What serves is not awaited; it is retired before, where it has to be.
     */
    public CompletableFuture<Void> whenAlone(Artifact artifact) {
        List<Entry> leaving = records.getOrDefault(artifact.id(), List.of()).stream()
                .filter(entry -> entry.live != null && !entry.serves())
                .toList();
        boolean exclusive = artifact.terms().exclusive() || leaving.stream().anyMatch(entry -> entry.exclusive);
        return exclusive
                ? CompletableFuture.allOf(
                        leaving.stream().map(entry -> entry.gone).toArray(CompletableFuture[]::new))
                : CompletableFuture.completedFuture(null);
    }

    /** Returns whether a generation of this digest is not unloaded yet. */
    public boolean isLive(String sha256) {
        return records.values().stream()
                .flatMap(List::stream)
                .anyMatch(entry -> entry.live != null && entry.sha256.equals(sha256));
    }

    /** Closes every generation that is not unloaded yet, because the host stops. */
    public CompletableFuture<Void> closeAll() {
        return CompletableFuture.allOf(records.values().stream()
                .flatMap(List::stream)
                .map(entry -> entry.live)
                .filter(Objects::nonNull)
                .map(this::closeNow)
                .toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> closeNow(LiveGeneration generation) {
        generation.stopHealthChecks();
        generation.gate().forceClose();
        return unload(generation, GenerationState.RETIRED);
    }

    private CompletableFuture<Void> unload(LiveGeneration generation, GenerationState last) {
        return generation.close().thenRun(() -> {
            find(generation).ifPresent(entry -> {
                entry.reason = entry.reason.isEmpty() ? generation.closeFault() : entry.reason;
                entry.watch = generation.leakWatch();
                entry.watch.ifPresent(watch -> patrol.follow(entry.gate, watch));
                entry.live = null;
                entry.state = last;
                entry.gone.complete(null);
            });
            LOG.info("{}: unloaded", generation.gate());
        });
    }

    private void state(LiveGeneration generation, GenerationState value) {
        find(generation).ifPresent(entry -> entry.state = value);
    }

    private Optional<Entry> find(LiveGeneration generation) {
        return records.getOrDefault(generation.artifact().id(), List.of()).stream()
                .filter(entry -> entry.gate == generation.gate())
                .findFirst();
    }

    /** The generations of a plugin, the newest first. */
    public List<GenerationView> generations(String id) {
        return records.getOrDefault(id, List.of()).stream().map(Entry::view).toList();
    }

    /** The generations of all plugins, by id. */
    public Map<String, List<GenerationView>> generations() {
        return records.keySet().stream().collect(Collectors.toMap(id -> id, this::generations));
    }

    /** The latest results of the health checks of the generation of a plugin that serves. */
    public List<GenerationView.Health> health(String id) {
        return records.getOrDefault(id, List.of()).stream()
                .filter(Entry::serves)
                .map(entry -> entry.live)
                .filter(Objects::nonNull)
                .flatMap(live -> live.health().stream())
                .toList();
    }

    /** The entries into the generations of a plugin that are loaded, or that an entry does not leave. */
    public List<GenerationView.Load> loads(String id) {
        return records.getOrDefault(id, List.of()).stream()
                .filter(entry -> entry.watch.isEmpty() || entry.gate.inside() > 0)
                .map(entry -> new GenerationView.Load(entry.gate.number(), entry.gate.leases(), byKind(entry.gate)))
                .toList();
    }

    private static Map<String, Long> byKind(Generation gate) {
        return gate.runningByKind().entrySet().stream()
                .collect(Collectors.toMap(kind -> kind.getKey().name().toLowerCase(Locale.ROOT), Map.Entry::getValue));
    }

    /** How many retired generations of each plugin something holds in memory, of those that are remembered; none where 0. */
    public Map<String, Long> uncollected() {
        return records.entrySet().stream()
                .flatMap(all -> all.getValue().stream().filter(Entry::isHeld).map(entry -> all.getKey()))
                .collect(Collectors.groupingBy(id -> id, Collectors.counting()));
    }
}
