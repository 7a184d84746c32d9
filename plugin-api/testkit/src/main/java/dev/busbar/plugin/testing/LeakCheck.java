package dev.busbar.plugin.testing;

import dev.busbar.plugin.Platform;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Starts and closes a platform again and again, each time in a class loader of its own, and looks for what is left. A
 * thread counts as the host counts it: while it holds a class loader, or does not end. Used by one test thread.
 */
final class LeakCheck {
    static final int CYCLES = 20;

    /** A concurrent collector takes what is young for used, so that it needs more than one. */
    private static final int COLLECTIONS = 3;

    private static final long COLLECTION_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** Longer than the minute after which the idle threads of common libraries end. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(90);

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** A round collects garbage, which is dear: the longer it took, the longer the pauses. */
    private static final int PAUSE_FRACTION = 8;

    private final Class<? extends Platform> platform;
    private final String configuration;
    private final PlatformHarness.Exercise exercise;
    private final long endNanos;
    private final Set<Thread> before = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<WeakReference<FreshLoader>> loaders = new ArrayList<>();

    LeakCheck(Class<? extends Platform> platform, String configuration, PlatformHarness.Exercise exercise) {
        this(platform, configuration, exercise, TestThreads.END_NANOS);
    }

    /** A check that waits only so long for threads that do not idle out. */
    LeakCheck(
            Class<? extends Platform> platform,
            String configuration,
            PlatformHarness.Exercise exercise,
            long endNanos) {
        this.platform = platform;
        this.configuration = configuration;
        this.exercise = exercise;
        this.endNanos = endNanos;
    }

    /**
     * Runs all cycles.
     *
     * @throws AssertionError when something is left
     */
    void run() throws Exception {
        new TestThreads(platform).shutDown(); // starts what the JDK shares
        before.addAll(Thread.getAllStackTraces().keySet());
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            loaders.add(live());
        }
        Optional<String> leak = look(System.nanoTime());
        if (leak.isPresent()) {
            throw new AssertionError(platform.getName() + leak.get());
        }
    }

    /** Looks until nothing is left; the patience is that of before the collection, which a thread may end during. */
    private Optional<String> look(long begin) throws IOException {
        while (true) {
            long patience = patienceNanos();
            long elapsed = System.nanoTime() - begin;
            collect();
            Optional<String> leak = leak();
            if (leak.isEmpty() || elapsed >= patience) {
                return leak;
            }
            LockSupport.parkNanos(Math.max(ROUND_NANOS, elapsed / PAUSE_FRACTION));
        }
    }

    private WeakReference<FreshLoader> live() throws Exception {
        try (FreshLoader loader = new FreshLoader(platform)) {
            PlatformHarness harness = PlatformHarness.start(loader.newPlatform(), configuration);
            try {
                exercise.run(harness);
            } finally {
                harness.closeLeavingThreads();
            }
            return new WeakReference<>(loader);
        }
    }

    private void collect() throws IOException {
        for (int i = 0; i < COLLECTIONS && loaders.stream().anyMatch(loader -> !loader.refersTo(null)); i++) {
            awaitEnd(canary());
        }
    }

    /** A loader of the platform's class that nobody holds: once it is gone, a collection has looked. */
    private WeakReference<FreshLoader> canary() throws IOException {
        try (FreshLoader loader = new FreshLoader(platform)) {
            Class<?> unused = loader.platform();
            return new WeakReference<>(loader);
        }
    }

    private static void awaitEnd(WeakReference<FreshLoader> canary) {
        long until = System.nanoTime() + COLLECTION_NANOS;
        while (!canary.refersTo(null)) {
            if (System.nanoTime() > until) {
                throw new IllegalStateException("this JVM does not unload a class that nobody uses, so leaks cannot be"
                        + " told (expected: a JVM without -XX:+DisableExplicitGC or -Xnoclassgc)");
            }
            System.gc();
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** How long to wait for what is left: not at all without threads, long where all who hold something idle out. */
    private long patienceNanos() {
        List<ThreadSnapshot> started = started();
        if (started.isEmpty()) {
            return 0;
        }
        Set<ClassLoader> held = held();
        boolean mayIdleOut = started.stream().anyMatch(ThreadSnapshot::idlesOut)
                && started.stream().filter(thread -> holds(held, thread)).allMatch(ThreadSnapshot::idlesOut);
        return mayIdleOut ? IDLE_NANOS : endNanos;
    }

    private Optional<String> leak() {
        Set<ClassLoader> held = held();
        return held.isEmpty()
                ? moreThreads()
                : Optional.of(" stays in memory after close(): " + held.size() + " of " + CYCLES
                        + " class loaders are not collected, held by " + holders(held));
    }

    private Set<ClassLoader> held() {
        Set<ClassLoader> held = Collections.newSetFromMap(new IdentityHashMap<>());
        loaders.stream().map(WeakReference::get).filter(Objects::nonNull).forEach(held::add);
        return held;
    }

    private String holders(Set<ClassLoader> held) {
        String threads = Thread.getAllStackTraces().keySet().stream()
                .map(ThreadSnapshot::of)
                .filter(thread -> holds(held, thread))
                .map(thread -> "thread " + thread.describe())
                .sorted()
                .collect(Collectors.joining("; "));
        return threads.isEmpty()
                ? "holder unknown (no thread; look at thread locals, shutdown hooks, MBeans, JDBC drivers, security"
                        + " providers, pending timeouts)"
                : threads;
    }

    private boolean holds(Set<ClassLoader> held, ThreadSnapshot snapshot) {
        Thread thread = snapshot.thread();
        return held.contains(thread.getContextClassLoader())
                || held.contains(thread.getClass().getClassLoader())
                || Arrays.stream(snapshot.stack())
                        .anyMatch(frame -> FreshLoader.nameFor(platform).equals(frame.getClassLoaderName()));
    }

    /** One thread more in each cycle, whatever it holds; other tests may start some of their own meanwhile. */
    private Optional<String> moreThreads() {
        Map<String, List<ThreadSnapshot>> kinds = started().stream()
                .collect(Collectors.groupingBy(
                        snapshot -> snapshot.thread().getName().replaceAll("\\d+", "")));
        return kinds.values().stream()
                .filter(kind -> kind.size() >= CYCLES)
                .findFirst()
                .map(kind -> " leaves a thread behind after each close(): " + kind.size() + " like thread "
                        + kind.get(0).describe());
    }

    private List<ThreadSnapshot> started() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread))
                .map(ThreadSnapshot::of)
                .filter(thread -> !thread.hasEnded())
                .toList();
    }
}
