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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The answers that are kept, in memory and bounded in bytes: what is used least goes first. May be used by any thread;
 * {@link #purge} looks at each answer, so it is not for server threads.
 */
public final class ResponseCache {
    private final CacheSettings settings;
    private final boolean compress;
    private final Ticker ticker;
    private final CacheStamps stamps = new CacheStamps();
    private final AtomicLong purges = new AtomicLong();
    private final Cache<CacheKey, Entry> entries;

    private record Entry(StoredAnswer answer, Set<String> tags) {}

    /**
     * Which answers are to be taken out. What is not said matches any.
     *
     * @param platform the id of their platform
     * @param prefix what their path begins with, whole segments of it, such as {@code /api/turbo/audits}
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

    /** Each is forgotten when nobody could use it any more. */
    private record UntilUseless() implements Expiry<CacheKey, Entry> {
        @Override
        public long expireAfterCreate(CacheKey key, Entry entry, long now) {
            return entry.answer().life().kept();
        }

        @Override
        public long expireAfterUpdate(CacheKey key, Entry entry, long now, long left) {
            return entry.answer().life().kept();
        }

        @Override
        public long expireAfterRead(CacheKey key, Entry entry, long now, long left) {
            return left;
        }
    }

    /**
     * An empty one.
     *
     * @param compress whether clients may get compressed answers
     * @param ticker tells how time passes
     * @param meters where its size is shown
     */
    public ResponseCache(CacheSettings settings, boolean compress, Ticker ticker, Meters meters) {
        this.settings = settings;
        this.compress = compress;
        this.ticker = ticker;
        this.entries = Caffeine.newBuilder()
                .maximumWeight(settings.maxBytes())
                .weigher((CacheKey key, Entry entry) ->
                        key.weight() + entry.answer().weight())
                .expireAfter(new UntilUseless())
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
        meters.gauge("busbar.cache.entries", "Cached responses", entries::estimatedSize);
        meters.gauge("busbar.cache.bytes", "Approximate size of the cached responses in bytes", this::bytes);
    }

    /** Has somebody told when answers of a platform, or of all, are taken back; once, before anything is served. */
    public void whenTakenBack(Consumer<Optional<String>> listener) {
        stamps.listener(listener);
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

    /** How often something was purged so far; an answer that was begun before another purge is not kept. */
    long purges() {
        return purges.get();
    }

    /** The bytes taken by what is kept now. */
    double bytes() {
        entries.cleanUp();
        return entries.policy()
                .eviction()
                .map(bound -> bound.weightedSize().orElse(0))
                .orElse(0L);
    }

    /** What is kept for a key, fresh or stale, unless it was taken back; else null. */
    @Nullable StoredAnswer find(CacheKey key) {
        Entry entry = entries.getIfPresent(key);
        if (entry == null) {
            return null;
        }
        if (!stamps.isCurrent(entry.answer().mark())) {
            boolean unused = entries.asMap().remove(key, entry);
            return null;
        }
        return entry.answer();
    }

    /** An answer as it is kept; its compressed form is made here, once, and used for the answer itself too. */
    StoredAnswer made(Answer answer, StoredAnswer.Life life, CacheStamps.Mark before) {
        byte[] body = answer.body().clone(); // a handler may hold on to its own
        byte[] gzip = null;
        if (compress && body.length >= ContentCodings.LEAST_BYTES && ContentCodings.isCompressible(answer.fields())) {
            gzip = ContentCodings.gzip(body);
            answer.compressed(gzip == null ? Answer.NOT_SMALLER : gzip);
        }
        return new StoredAnswer(CacheRules.kept(answer), body, gzip, now(), life, before);
    }

    /**
     * Keeps an answer, in place of an earlier one.
     *
     * @param purgesBefore what {@link #purges} was when its handler was called
     */
    void put(CacheKey key, StoredAnswer answer, Set<String> tags, long purgesBefore) {
        entries.put(key, new Entry(answer, tags));
        if (purges.get() != purgesBefore) {
            entries.invalidate(key); // the purge may have looked for it before it was there
        }
    }

    /**
     * Takes answers out, for a maintainer.
     *
     * @return how many there were
     */
    public int purge(Purge what) {
        purges.incrementAndGet();
        stamps.tell(what.platform());
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
