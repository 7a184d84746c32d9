package dev.busbar.host.authentication;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.busbar.host.buckets.Buckets;
import dev.busbar.host.threads.NonBlocking;
import io.github.bucket4j.Bucket;
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
    private static final int LOOK_UPS_OVER_BUDGET = 10;

    private final Predicate<String> store;
    private final Cache<String, Boolean> known;
    private final Cache<String, Boolean> madeUp;
    private final Bucket lookUpsOverBudget;

    /** @param store looks an id up in the store */
    KnownIds(Predicate<String> store, Ticker ticker) {
        this.store = store;
        Caffeine<Object, Object> cache = Caffeine.newBuilder()
                .maximumSize(MAX_IDS)
                .expireAfterWrite(MAX_AGE)
                .ticker(ticker)
                .executor(Runnable::run);
        this.known = cache.build();
        this.madeUp = cache.build();
        this.lookUpsOverBudget = new Buckets(ticker::read).full(LOOK_UPS_OVER_BUDGET, Duration.ofSeconds(1));
    }

    /**
     * True if a key is known to have an id. Never throws.
     *
     * @param overBudget whether its client had too many failures: all of these together ask the store a few times a
     *     second, so that a flood does not occupy it, and a real key is still found out within some attempts
     */
    boolean contains(String id, boolean overBudget) {
        if (known.getIfPresent(id) != null) {
            return true;
        }
        if (id.length() > MAX_LENGTH || madeUp.getIfPresent(id) != null || NonBlocking.isCurrent()) {
            return false;
        }
        if (overBudget && !lookUpsOverBudget.tryConsume(1)) {
            return false;
        }
        try {
            boolean found = store.test(id);
            (found ? known : madeUp).put(id, found);
            return found;
        } catch (RuntimeException e) {
            LOG.debug("the store cannot say whether a key has an id", e);
            return false;
        }
    }
}
