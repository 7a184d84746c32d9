package dev.busbar.host.access;

import dev.busbar.host.access.KeyStore.Use;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When keys were last used, to the minute: kept in memory, and written down by {@link #write}. Noting a use that is noted
 * costs one look-up. Holds no more than the keys there are. Safe for any number of threads.
 */
final class KeyUses {
    private static final Logger LOG = LoggerFactory.getLogger(KeyUses.class);
    private static final long MINUTE_MILLIS = 60_000;

    private final AccessStore access;
    private final KeyStore store;
    private final Clock clock;
    private final ConcurrentMap<String, Use> newest = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Use> unwritten = new ConcurrentHashMap<>();

    KeyUses(AccessStore access, KeyStore store, Clock clock) {
        this.access = access;
        this.store = store;
        this.clock = clock;
    }

    /** Called on a server thread for each request with a good key. */
    void note(String id, String address) {
        long minute = Math.floorDiv(clock.millis(), MINUTE_MILLIS);
        Use known = newest.get(id);
        if (known == null || known.at().toEpochMilli() != minute * MINUTE_MILLIS) {
            Use use = new Use(id, Instant.ofEpochMilli(minute * MINUTE_MILLIS), address);
            newest.put(id, use);
            unwritten.put(id, use);
        }
    }

    /** Writes down what is new; what cannot be written now is tried again. Called by {@code Host} now and then. */
    void write() {
        List<Use> uses = new ArrayList<>(unwritten.values());
        if (uses.isEmpty()) {
            return;
        }
        Optional<String> obstacle = access.attempt(transaction -> {
            store.used(transaction, uses);
            return uses.size();
        });
        if (obstacle.isPresent()) {
            LOG.warn("the last use of keys cannot be recorded now ({})", obstacle.get());
            return;
        }
        uses.forEach(use -> unwritten.remove(use.id(), use));
        newest.values().removeIf(use -> use.at().isBefore(clock.instant().minus(1, ChronoUnit.HOURS)));
    }

    /** What is not written down yet. */
    Map<String, Use> unwritten() {
        return Map.copyOf(unwritten);
    }
}
