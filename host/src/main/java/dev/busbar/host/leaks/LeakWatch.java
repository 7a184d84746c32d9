package dev.busbar.host.leaks;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A watch on the class loader of one generation, which begins when that is retired. It holds the loader weakly, and beside
 * it a few {@link Canary canaries} of the same age, which it drops one after the other: once each of them was collected but
 * the loader was not, the loader has survived as many collections that could have removed it. One alone proves nothing: a
 * finalizer, or a thread that ends when an object of the plugin was collected, holds the loader until the next collection.
 *
 * <p>It is made when the loader is, since a concurrent collector (G1) keeps what a young weak reference refers to: all that
 * is needed grows old with the generation. May be used from any thread.
 */
public final class LeakWatch {
    private static final int CANARIES = 3;

    private final WeakReference<ClassLoader> loader;
    private final AtomicReference<Optional<Duration>> collectedAfter = new AtomicReference<>(Optional.empty());
    private final Object lock = new Object();
    private final Deque<ClassLoader> strong = new ArrayDeque<>();
    private final Deque<WeakReference<ClassLoader>> canaries = new ArrayDeque<>();
    private volatile long sinceNanos = System.nanoTime();

    /** A watch that has not begun. */
    public LeakWatch(ClassLoader loader) {
        this.loader = new WeakReference<>(loader);
        for (int i = 0; i < CANARIES; i++) {
            ClassLoader canary = Canary.create();
            strong.add(canary);
            canaries.add(new WeakReference<>(canary));
        }
    }

    /** Begins the watch; the caller drops its reference to the loader now. */
    public LeakWatch begin() {
        sinceNanos = System.nanoTime();
        synchronized (lock) {
            ClassLoader unused = strong.poll();
        }
        return this;
    }

    /**
     * Returns whether the loader was collected. Never calls {@code get()} on the reference: a concurrent collector
     * would keep the loader for that (JDK-8188055).
     */
    public boolean isCollected() {
        if (!loader.refersTo(null)) {
            return false;
        }
        Duration now = Duration.ofNanos(System.nanoTime() - sinceNanos);
        collectedAfter.compareAndSet(Optional.empty(), Optional.of(now));
        return true;
    }

    /** The time from retirement to collection; empty while the loader is in memory. */
    public Optional<Duration> collectedAfter() {
        return isCollected() ? collectedAfter.get() : Optional.empty();
    }

    /** The age of this watch. */
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - sinceNanos);
    }

    /** Returns whether something holds the loader: several collections that could have removed it did not. */
    public boolean isHeld() {
        synchronized (lock) {
            while (!canaries.isEmpty() && canaries.element().refersTo(null)) {
                canaries.remove();
                ClassLoader unused = strong.poll();
            }
            return canaries.isEmpty() && !isCollected();
        }
    }

    /**
     * The possible holders; empty, and the loader untouched, until it is certain that something holds it. Takes as long as
     * {@link Suspects} documents.
     */
    public List<String> suspects() {
        if (!isHeld()) {
            return List.of();
        }
        ClassLoader held = loader.get();
        return held == null ? List.of() : Suspects.of(held);
    }
}
