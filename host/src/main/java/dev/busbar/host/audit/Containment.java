package dev.busbar.host.audit;

import dev.busbar.host.audit.Audit.Applier;
import dev.busbar.host.audit.Audit.Contained;
import dev.busbar.host.store.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out acts that take power away: in the store, or by way of the spool where that cannot be written. Once
 * something waits in the spool everything goes there, so that it is carried out in the order in which it was asked for.
 * Safe for any number of threads; {@link #replay} by one at a time.
 */
final class Containment implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Containment.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Database database;
    private final RecordStore records;
    private final String node;
    private final Spool spool;
    private final Clock clock;
    private final Map<String, Applier> appliers = new ConcurrentHashMap<>();
    private volatile boolean begun;

    Containment(Database database, RecordStore records, String node, Spool spool, Clock clock) {
        this.database = database;
        this.records = records;
        this.node = node;
        this.spool = spool;
        this.clock = clock;
    }

    void register(String kind, Applier applier) {
        if (appliers.putIfAbsent(kind, applier) != null) {
            throw new IllegalArgumentException("containment kind: \"" + kind + "\" (expected: registered once)");
        }
    }

    /** Whether something waits to be carried out and chained. */
    boolean isPending() {
        return !spool.isEmpty();
    }

    Contained contain(String kind, String payload, AuditEvent event) {
        Applier applier = appliers.get(kind);
        if (applier == null) {
            throw new IllegalArgumentException(
                    "containment kind: \"" + kind + "\" (expected: one of " + appliers.keySet() + ")");
        }
        SpoolEntry entry = SpoolEntry.fresh(kind, payload, clock.instant(), event);
        if (spool.isEmpty()) {
            try {
                inTransaction(handle -> {
                    applier.apply(handle, payload);
                    records.append(handle, node, entry.at(), entry.event(), Optional.of(entry.id()));
                });
                return Contained.STORED;
            } catch (RuntimeException e) {
                if (!Database.isUnavailable(e)) {
                    throw e;
                }
                LOG.warn(
                        "{} of {} waits in the audit spool: the store cannot be written",
                        event.action(),
                        event.target(),
                        e);
            }
        }
        try {
            spool.add(entry.encode());
            return Contained.SPOOLED;
        } catch (IOException e) {
            throw new UncheckedIOException("audit spool: " + event.action() + " could not be kept", e);
        }
    }

    private void inTransaction(java.util.function.Consumer<Handle> step) {
        database.jdbi().useTransaction(handle -> {
            database.limit(handle, PATIENCE);
            step.accept(handle);
        });
    }

    /**
     * Carries out and chains what waits, in order, each once. The first time, what cannot be is of an earlier process and
     * takes effect in this one.
     *
     * @throws RuntimeException when the store cannot be written yet; what is left waits on
     */
    void replay() {
        boolean first = !begun;
        begun = true;
        try {
            carryOut();
        } catch (RuntimeException e) {
            if (first) {
                spool.entries().forEach(this::announce);
            }
            throw e;
        }
    }

    private void announce(byte[] bytes) {
        try {
            SpoolEntry entry = SpoolEntry.decode(bytes);
            Applier applier = appliers.get(entry.kind());
            if (applier == null) {
                LOG.error("{} waits and nobody here knows it", entry.kind());
            } else {
                applier.pending(entry.payload());
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("a containment act that waits in the audit spool has no effect yet", e);
        }
    }

    private void carryOut() {
        List<byte[]> waiting = spool.entries();
        if (waiting.isEmpty()) {
            return;
        }
        try {
            for (byte[] bytes : waiting) {
                replay(SpoolEntry.decode(bytes));
            }
            spool.clear(waiting.size());
        } catch (IOException e) {
            throw new UncheckedIOException("audit spool: it could not be emptied", e);
        }
        LOG.info("{} containment acts that waited in the audit spool are chained", waiting.size());
    }

    /** What cannot be carried out for a reason of its own is chained as that: it must not keep the rest from it. */
    private void replay(SpoolEntry entry) {
        try {
            chainOnce(entry, AuditEvent.Outcome.DONE, Optional.ofNullable(appliers.get(entry.kind())));
        } catch (RuntimeException e) {
            if (Database.isUnavailable(e)) {
                throw e;
            }
            LOG.error(
                    "{} of {} could not be carried out",
                    entry.event().action(),
                    entry.event().target(),
                    e);
            chainOnce(entry, AuditEvent.Outcome.FAILED, Optional.of((handle, payload) -> {}));
        }
    }

    private void chainOnce(SpoolEntry entry, AuditEvent.Outcome outcome, Optional<Applier> applier) {
        AuditEvent event = entry.event();
        Map<String, String> details = new TreeMap<>(event.details());
        details.put("spooled", "chained at " + clock.instant());
        boolean done = outcome == AuditEvent.Outcome.DONE;
        AuditEvent chained = new AuditEvent(
                event.action(), event.actor(), event.target(), done ? event.outcome() : outcome, details);
        inTransaction(handle -> {
            if (!RecordStore.contains(handle, entry.id())) {
                applier.orElseThrow(() -> new IllegalStateException("containment kind: \"" + entry.kind()
                                + "\" (expected: one of " + appliers.keySet() + ")"))
                        .apply(handle, entry.payload());
                records.append(handle, node, entry.at(), chained, Optional.of(entry.id()));
            }
        });
    }

    @Override
    public void close() {
        try {
            spool.close();
        } catch (IOException e) {
            LOG.warn("the audit spool could not be closed", e);
        }
    }
}
