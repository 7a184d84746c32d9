package dev.busbar.host.authentication;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.busbar.host.threads.NonBlocking;
import java.time.Duration;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ids of failed credentials that a key has, as opposed to ids that a client made up: the audit log names the former
 * only, so that nobody fills it with names of his own. Bounded in memory. May be called from any thread; looks up in the
 * store on one that may block.
 */
final class KnownIds {
    private static final Logger LOG = LoggerFactory.getLogger(KnownIds.class);
    private static final int MAX_IDS = 1_000;
    private static final int MAX_LENGTH = 64;
    private static final Duration MAX_AGE = Duration.ofMinutes(10);

    private final Predicate<String> store;
    private final Cache<String, Boolean> known;

    /** @param store looks an id up in the store */
    KnownIds(Predicate<String> store, Ticker ticker) {
        this.store = store;
        this.known = Caffeine.newBuilder()
                .maximumSize(MAX_IDS)
                .expireAfterWrite(MAX_AGE)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /**
     * True if a key is known to have an id. Never throws.
     *
     * @param mayLookUp whether the store may be asked
     */
    boolean contains(String id, boolean mayLookUp) {
        Boolean cached = known.getIfPresent(id);
        if (cached != null || !mayLookUp || id.length() > MAX_LENGTH || NonBlocking.isCurrent()) {
            return cached != null && cached;
        }
        try {
            boolean found = store.test(id);
            known.put(id, found);
            return found;
        } catch (RuntimeException e) {
            LOG.debug("the store cannot say whether a key has an id", e);
            return false;
        }
    }
}
