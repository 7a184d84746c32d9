package dev.busbar.host.leaks;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A watch on the class loader of one retired generation. It holds the loader weakly, and so a {@link Canary} without
 * other holders: once a collection has removed the canary but not the loader, the loader is held. May be called from
 * any thread.
 */
public final class LeakWatch {
    private final WeakReference<ClassLoader> loader;
    private final WeakReference<ClassLoader> canary = Canary.release();
    private final long sinceNanos;
    private final AtomicReference<Optional<Duration>> collectedAfter = new AtomicReference<>(Optional.empty());

    /** Starts the watch on a loader to which the caller drops its reference now. */
    public LeakWatch(ClassLoader loader) {
        this.loader = new WeakReference<>(loader);
        this.sinceNanos = System.nanoTime();
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

    /**
     * The possible holders; empty, and the loader untouched, until a collection has removed the canary. Takes as long
     * as {@link Suspects} documents.
     */
    public List<String> suspects() {
        if (!canary.refersTo(null) || isCollected()) {
            return List.of();
        }
        ClassLoader held = loader.get();
        return held == null ? List.of() : Suspects.of(held);
    }
}
