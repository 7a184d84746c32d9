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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Lives the life of a platform again and again, each time in a class loader of its own, and looks what is left. Used by
 * one test thread.
 */
final class LeakCheck {
    static final int CYCLES = 20;

    /** A concurrent collector takes what is young for used, so that it needs more than one. */
    private static final int COLLECTIONS = 3;

    private static final long COLLECTION_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Class<? extends Platform> platform;
    private final String configuration;
    private final PlatformHarness.Exercise exercise;
    private final List<WeakReference<FreshLoader>> loaders = new ArrayList<>();

    LeakCheck(Class<? extends Platform> platform, String configuration, PlatformHarness.Exercise exercise) {
        this.platform = platform;
        this.configuration = configuration;
        this.exercise = exercise;
    }

    /**
     * Runs all cycles.
     *
     * @throws AssertionError when something is left
     */
    void run() throws Exception {
        startSharedThreads();
        Set<Thread> before = Collections.newSetFromMap(new IdentityHashMap<>());
        before.addAll(Thread.getAllStackTraces().keySet());
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            loaders.add(live());
        }
        collect();
        long left = loaders.stream().filter(loader -> !loader.refersTo(null)).count();
        if (left > 0) {
            throw new AssertionError(platform.getName() + " stays in memory after close(): " + left + " of " + CYCLES
                    + " class loaders are not collected, held by " + holders());
        }
        requireNoMoreThreads(before);
    }

    /** The JDK's thread for timeouts would keep the class loader of whoever needs it first. */
    private static void startSharedThreads() {
        CompletableFuture.delayedExecutor(0, TimeUnit.NANOSECONDS).execute(() -> {});
    }

    private WeakReference<FreshLoader> live() throws Exception {
        try (FreshLoader loader = new FreshLoader(platform)) {
            try (PlatformHarness harness = PlatformHarness.start(loader.newPlatform(), configuration)) {
                exercise.run(harness);
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

    private String holders() {
        Set<ClassLoader> held = Collections.newSetFromMap(new IdentityHashMap<>());
        loaders.stream().map(WeakReference::get).filter(Objects::nonNull).forEach(held::add);
        String threads = Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> holds(held, entry.getKey(), entry.getValue()))
                .map(entry -> describe(entry.getKey(), entry.getValue()))
                .sorted()
                .collect(Collectors.joining("; "));
        return threads.isEmpty()
                ? "holder unknown (no thread; look at thread locals, shutdown hooks, MBeans, JDBC drivers, security"
                        + " providers, pending timeouts)"
                : threads;
    }

    private boolean holds(Set<ClassLoader> held, Thread thread, StackTraceElement[] stack) {
        return held.contains(thread.getContextClassLoader())
                || held.contains(thread.getClass().getClassLoader())
                || Arrays.stream(stack)
                        .anyMatch(frame -> FreshLoader.nameFor(platform).equals(frame.getClassLoaderName()));
    }

    /** One thread more in each cycle, whatever it holds; other tests may start some of their own meanwhile. */
    private void requireNoMoreThreads(Set<Thread> before) {
        Map<String, List<Map.Entry<Thread, StackTraceElement[]>>> kinds = Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> !before.contains(entry.getKey()))
                .collect(Collectors.groupingBy(entry -> entry.getKey().getName().replaceAll("\\d+", "")));
        for (List<Map.Entry<Thread, StackTraceElement[]>> kind : kinds.values()) {
            if (kind.size() >= CYCLES) {
                Map.Entry<Thread, StackTraceElement[]> one = kind.get(0);
                throw new AssertionError(platform.getName() + " leaves a thread behind after each close(): "
                        + kind.size() + " like " + describe(one.getKey(), one.getValue()));
            }
        }
    }

    private static String describe(Thread thread, StackTraceElement[] stack) {
        return "thread \"" + thread.getName() + "\"" + (stack.length == 0 ? "" : " at " + stack[0]);
    }
}
