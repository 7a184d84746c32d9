package dev.busbar.host.state;

import dev.busbar.core.state.StateLimits;
import dev.busbar.host.store.Database;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The lasting state of all platforms. Closed after the generations that it is lent to. Thread-safe. */
public final class PlatformStates implements States, AutoCloseable {
    private final StateLimits limits;
    private final StateThreads threads;
    private final UsageStore usage;
    private final DocumentStore documents;
    private final PlatformBlobStore blobs;
    private final DocumentTypeStore types;
    private final CacheFolders caches;
    private final Map<String, AtomicLong> uploading = new ConcurrentHashMap<>();
    private volatile Map<String, UsageStore.Usage> used = Map.of();

    /**
     * The use of space of a platform, on this node for the cache and in the whole store for the rest.
     */
    public record Space(long documentBytes, long documents, long blobBytes, long cacheBytes) {
        /** No state. */
        public static final Space NONE = new Space(0, 0, 0, 0);

        /** Returns whether there is nothing in the store. */
        public boolean isEmpty() {
            return documents == 0 && blobBytes == 0;
        }
    }

    /** The state of a platform that was removed. */
    public record Removed(long documents, long documentBytes, long blobs, long blobBytes) {
        /** Nothing. */
        public static final Removed NONE = new Removed(0, 0, 0, 0);
    }

    /**
     * The state of all platforms.
     *
     * @param threads the number of threads that use the store; fewer than it has connections
     * @param caches the directory of the cache directories of this node
     */
    public PlatformStates(StateLimits limits, Database database, Clock clock, Path caches, int threads) {
        this.limits = limits;
        this.threads = new StateThreads(threads);
        this.usage = new UsageStore(database);
        this.documents = new DocumentStore(database, usage, clock);
        this.blobs = new PlatformBlobStore(database, usage, clock);
        this.types = new DocumentTypeStore(database);
        this.caches = new CacheFolders(caches, limits.cacheBytes());
    }

    @Override
    public PlatformState lend(String platform, Runnable requireLent) {
        return new PlatformState(platform, this, requireLent);
    }

    @Override
    public List<String> unreadable(String platform, String sha256) {
        return types.unreadable(platform, sha256);
    }

    /** Measures the space that platforms use, and reads what their jars have declared. Called periodically. */
    public void measure() {
        caches.measure();
        used = usage.all();
        types.remember();
    }

    /**
     * Removes all state of a platform, in small steps, and its cache directory on this node. For a platform that is not
     * served any more: what is written meanwhile may stay.
     *
     * @param progress gets what was removed in the end, also when this throws
     */
    public void remove(String platform, Consumer<Removed> progress) {
        StateRemoval removal = new StateRemoval(documents, blobs, platform);
        try {
            removal.run();
            caches.deleteUnused(platform);
        } finally {
            progress.accept(removal.removed());
        }
    }

    /** The space that a platform uses in the store now. */
    public Space space(String platform) {
        UsageStore.Usage now = usage.of(platform);
        return new Space(
                now.documentBytes(),
                now.documents(),
                now.blobBytes(),
                caches.sizes().getOrDefault(platform, 0L));
    }

    /** Removes what crashes have left of blobs. Called periodically. */
    public void sweep() {
        int unused = blobs.contents().sweep();
    }

    /** The use of space by platform, when it was measured last. */
    public Map<String, Space> spaces() {
        Map<String, Space> spaces = new TreeMap<>();
        Map<String, Long> cached = caches.sizes();
        used.forEach((platform, now) -> spaces.put(
                platform,
                new Space(now.documentBytes(), now.documents(), now.blobBytes(), cached.getOrDefault(platform, 0L))));
        cached.forEach((platform, bytes) -> spaces.putIfAbsent(platform, new Space(0, 0, 0, bytes)));
        return spaces;
    }

    <T> T run(Supplier<T> work) {
        return threads.run(work);
    }

    <T> T write(String platform, Supplier<T> work) {
        return threads.write(platform, work);
    }

    /** The bytes that uploads of a platform on this node have stored and not named yet. */
    AtomicLong uploading(String platform) {
        return uploading.computeIfAbsent(platform, id -> new AtomicLong());
    }

    StateLimits limits() {
        return limits;
    }

    UsageStore usage() {
        return usage;
    }

    DocumentStore documents() {
        return documents;
    }

    PlatformBlobStore blobs() {
        return blobs;
    }

    DocumentTypeStore types() {
        return types;
    }

    CacheFolders caches() {
        return caches;
    }

    /** Waits for what is being written. */
    @Override
    public void close() {
        threads.close();
    }
}
