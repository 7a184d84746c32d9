package dev.busbar.host.leaks;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether the class loader of one retired generation is gone from memory. Holds it weakly, beside a {@link Canary} that
 * nobody else holds: only once a collection has taken the canary, and not the loader, is somebody suspected of holding
 * it. May be called from any thread.
 */
public final class LeakWatch {
    private final WeakReference<ClassLoader> loader;
    private final WeakReference<ClassLoader> canary = Canary.release();
    private final long sinceNanos;
    private final AtomicReference<Optional<Duration>> collectedAfter = new AtomicReference<>(Optional.empty());

    /** Starts to watch a loader that the caller lets go of now. */
    public LeakWatch(ClassLoader loader) {
        this.loader = new WeakReference<>(loader);
        this.sinceNanos = System.nanoTime();
    }

    /**
     * Looks; answers whether it is gone. Does so without touching the loader: a concurrent collector takes each
     * {@code get()} for a use, and would keep what is looked at (JDK-8188055).
     */
    public boolean isCollected() {
        if (!loader.refersTo(null)) {
            return false;
        }
        Duration now = Duration.ofNanos(System.nanoTime() - sinceNanos);
        collectedAfter.compareAndSet(Optional.empty(), Optional.of(now));
        return true;
    }

    /** For how long it was there after retirement; empty while it still is. */
    public Optional<Duration> collectedAfter() {
        return isCollected() ? collectedAfter.get() : Optional.empty();
    }

    /** For how long it has been watched. */
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - sinceNanos);
    }

    /**
     * Who may hold it; nobody is suspected before a collection has looked, and the loader is not touched until then.
     * Takes as long as {@link Suspects} says.
     */
    public List<String> suspects() {
        if (!canary.refersTo(null) || isCollected()) {
            return List.of();
        }
        ClassLoader held = loader.get();
        return held == null ? List.of() : Suspects.of(held);
    }
}
