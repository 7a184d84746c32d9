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
 * The last uses of keys, to the minute: collected in memory, stored by {@link #write}. A use in a minute that is noted
 * already costs one look-up. Holds at most one use for each key. Safe for any number of threads.
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

    /** Notes a use. Called on a server thread for each request with a valid key. */
    void note(String id, String address) {
        long minute = Math.floorDiv(clock.millis(), MINUTE_MILLIS);
        Use known = newest.get(id);
        if (known == null || known.at().toEpochMilli() != minute * MINUTE_MILLIS) {
            Use use = new Use(id, Instant.ofEpochMilli(minute * MINUTE_MILLIS), address);
            newest.put(id, use);
            unwritten.put(id, use);
        }
    }

    /** Stores the new uses; retries later if the store is unavailable. Called by {@code Host} once a minute. */
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

    /** The uses that are not stored yet. */
    Map<String, Use> unwritten() {
        return Map.copyOf(unwritten);
    }
}
