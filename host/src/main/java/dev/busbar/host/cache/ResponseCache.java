package dev.busbar.host.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.busbar.host.content.ContentCodings;
import dev.busbar.host.pipeline.Answer;
import dev.busbar.host.pipeline.Meters;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The cached responses, in memory and bounded in bytes; the least used are evicted first. May be used by any thread;
 * {@link #purge} reads every entry, so it must not be called on event-loop threads.
 */
public final class ResponseCache {
    private final CacheSettings settings;
    private final boolean compress;
    private final Ticker ticker;
    private final CacheStamps stamps = new CacheStamps();
    private final AtomicLong purges = new AtomicLong();
    private final Cache<CacheKey, Entry> entries;

    private record Entry(StoredResponse response, Set<String> tags, long storedAt) {}

    /**
     * The entries to remove. An empty criterion matches all.
     *
     * @param platform the id of their platform
     * @param prefix the leading segments of their path, such as {@code /api/turbo/audits}
     * @param tag one of their tags
     */
    public record Purge(Optional<String> platform, Optional<String> prefix, Optional<String> tag) {
        private boolean matches(CacheKey key, Entry entry) {
            return platform.filter(id -> !id.equals(key.platform())).isEmpty()
                    && prefix.filter(above -> !isBelow(above, key.path())).isEmpty()
                    && tag.filter(name -> !entry.tags().contains(name)).isEmpty();
        }

        private static boolean isBelow(String above, String path) {
            return path.startsWith(above)
                    && (path.length() == above.length() || above.endsWith("/") || path.charAt(above.length()) == '/');
        }
    }

    /** Expires an entry when it can no longer be served. */
    private record UntilUseless() implements Expiry<CacheKey, Entry> {
        @Override
        public long expireAfterCreate(CacheKey key, Entry entry, long now) {
            return entry.response().retentionNanos(now);
        }

        @Override
        public long expireAfterUpdate(CacheKey key, Entry entry, long now, long left) {
            return entry.response().retentionNanos(now);
        }

        @Override
        public long expireAfterRead(CacheKey key, Entry entry, long now, long left) {
            return left;
        }
    }

    /**
     * An empty cache.
     *
     * @param compress whether clients may get compressed responses
     * @param ticker the time
     * @param meters the meters of its size
     */
    public ResponseCache(CacheSettings settings, boolean compress, Ticker ticker, Meters meters) {
        this.settings = settings;
        this.compress = compress;
        this.ticker = ticker;
        this.entries = Caffeine.newBuilder()
                .maximumWeight(settings.maxBytes())
                .weigher((CacheKey key, Entry entry) ->
                        key.weight() + entry.response().weight())
                .expireAfter(new UntilUseless())
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
        meters.gauge("busbar.cache.entries", "Cached responses", entries::estimatedSize);
        meters.gauge("busbar.cache.bytes", "Approximate size of the cached responses in bytes", this::bytes);
    }

    CacheSettings settings() {
        return settings;
    }

    CacheStamps stamps() {
        return stamps;
    }

    long now() {
        return ticker.read();
    }

    /** The number of purges so far; a response whose handler was called before another purge is not stored. */
    long purges() {
        return purges.get();
    }

    /** The approximate size of all entries in bytes. */
    double bytes() {
        entries.cleanUp();
        return entries.policy()
                .eviction()
                .map(bound -> bound.weightedSize().orElse(0))
                .orElse(0L);
    }

    /** The stored response of a key, fresh or stale, unless it was invalidated; otherwise null. */
    @Nullable StoredResponse find(CacheKey key) {
        Entry entry = entries.getIfPresent(key);
        if (entry == null) {
            return null;
        }
        if (!stamps.isCurrent(entry.response().mark())) {
            boolean unused = entries.asMap().remove(key, entry);
            return null;
        }
        return entry.response();
    }

    /**
     * The response to store. It is compressed once, here, and the response to the leader gets the compressed form too.
     */
    StoredResponse from(Answer answer, StoredResponse.Life life, CacheStamps.Mark before) {
        byte[] body = answer.body().clone(); // the handler may change its own array
        byte[] gzip = null;
        if (compress && body.length >= ContentCodings.MIN_BYTES && ContentCodings.isCompressible(answer.fields())) {
            gzip = ContentCodings.gzip(body);
            answer.compressed(gzip == null ? Answer.NOT_SMALLER : gzip);
        }
        long since = now() - CacheRules.ageNanos(answer);
        return new StoredResponse(CacheRules.storable(answer), body, gzip, since, life, before);
    }

    /**
     * Stores a response, in place of an earlier one of the same key.
     *
     * @param purgesBefore the value of {@link #purges} when its handler was called
     */
    void put(CacheKey key, StoredResponse response, Set<String> tags, long purgesBefore) {
        entries.put(key, new Entry(response, tags, now()));
        if (purges.get() != purgesBefore) {
            entries.invalidate(key); // a purge may have run before the entry was there
        }
    }

    /**
     * Removes the response of a key, unless it was stored after a time.
     *
     * @param time in nanoseconds of {@link #now}
     */
    void removeOlder(CacheKey key, long time) {
        Entry entry = entries.getIfPresent(key);
        if (entry != null && entry.storedAt() - time <= 0) {
            boolean unused = entries.asMap().remove(key, entry);
        }
    }

    /**
     * Removes entries.
     *
     * @return how many were removed
     */
    public int purge(Purge what) {
        purges.incrementAndGet();
        int count = 0;
        for (var entry : entries.asMap().entrySet()) {
            if (what.matches(entry.getKey(), entry.getValue())
                    && entries.asMap().remove(entry.getKey(), entry.getValue())) {
                count++;
            }
        }
        return count;
    }
}
