package dev.busbar.host.auditlog;

import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.auditchain.ChainStore;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Containment actions, applied in the store, or spooled where that cannot be written. While the spool holds one, all
 * later ones go there too, so that they are applied in the order of the requests. May be called from any thread;
 * {@link #replay} by one at a time.
 */
final class ContainmentQueue implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ContainmentQueue.class);
    private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(5);

    private final Database database;
    private final ChainStore chains;
    private final String node;
    private final Spool spool;
    private final Clock clock;
    private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
    private volatile boolean replayed;

    /** The handler of one action, as {@link AuditTrail#register} describes it. */
    record Handler(BiConsumer<Transaction, String> apply, Consumer<String> pending, Consumer<String> settled) {}

    ContainmentQueue(Database database, ChainStore chains, String node, Spool spool, Clock clock) {
        this.database = database;
        this.chains = chains;
        this.node = node;
        this.spool = spool;
        this.clock = clock;
    }

    void register(String action, Handler handler) {
        if (handlers.putIfAbsent(action, handler) != null) {
            throw new IllegalArgumentException("containment action: \"" + action + "\" (expected: registered once)");
        }
    }

    /** True while the spool holds an action. */
    boolean isPending() {
        return !spool.isEmpty();
    }

    AuditTrail.Containment contain(AuditEvent event, String payload) {
        Handler handler = handler(event.action());
        SpoolEntry entry = SpoolEntry.fresh(payload, clock.instant(), event);
        if (spool.isEmpty()) {
            try {
                change(transaction -> {
                    handler.apply().accept(transaction, payload);
                    chains.append(transaction, node, entry.at(), entry.event(), Optional.of(entry.id()));
                });
                return AuditTrail.Containment.STORED;
            } catch (RuntimeException e) {
                if (!Database.isUnavailable(e)) {
                    throw e;
                }
                LOG.warn("{} of {} is spooled: the store cannot be written", event.action(), event.target(), e);
            }
        }
        try {
            spool.add(entry.encode());
            return AuditTrail.Containment.SPOOLED;
        } catch (IOException e) {
            throw new UncheckedIOException("audit spool: " + event.action() + " could not be written", e);
        }
    }

    private Handler handler(String action) {
        Handler handler = handlers.get(action);
        if (handler == null) {
            throw new IllegalArgumentException(
                    "containment action: \"" + action + "\" (expected: one of " + handlers.keySet() + ")");
        }
        return handler;
    }

    private void change(Consumer<Transaction> step) {
        database.change(transaction -> {
            database.limit(transaction, STATEMENT_TIMEOUT);
            step.accept(transaction);
            return transaction;
        });
    }

    /**
     * Applies and records the spooled actions, in order, each once. Those of an earlier process that cannot be stored at
     * the first call take effect in this process.
     *
     * @throws RuntimeException when the store cannot be written yet; the rest stays in the spool
     */
    void replay() {
        boolean first = !replayed;
        replayed = true;
        try {
            applySpooled();
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
            handler(entry.action()).pending().accept(entry.payload());
        } catch (IOException | RuntimeException e) {
            LOG.error("a containment action of the audit spool has no effect yet", e);
        }
    }

    private void applySpooled() {
        List<byte[]> waiting = spool.entries();
        if (waiting.isEmpty()) {
            return;
        }
        try {
            for (byte[] bytes : waiting) {
                SpoolEntry entry = SpoolEntry.decode(bytes);
                replay(entry);
                settled(entry);
            }
            spool.clear(waiting.size());
        } catch (IOException e) {
            throw new UncheckedIOException("audit spool: it could not be emptied", e);
        }
        LOG.info("{} containment actions of the audit spool are stored", waiting.size());
    }

    private void settled(SpoolEntry entry) {
        try {
            handler(entry.action()).settled().accept(entry.payload());
        } catch (RuntimeException e) {
            LOG.error(
                    "{} of {} is stored, but its feature failed to notice",
                    entry.action(),
                    entry.event().target(),
                    e);
        }
    }

    /** An action that fails for a reason of its own is recorded as failed: it must not hold up the rest. */
    private void replay(SpoolEntry entry) {
        try {
            storeOnce(entry, entry.event().outcome(), transaction -> handler(entry.action())
                    .apply()
                    .accept(transaction, entry.payload()));
        } catch (RuntimeException e) {
            if (Database.isUnavailable(e)) {
                throw e;
            }
            LOG.error(
                    "{} of {} could not be applied",
                    entry.event().action(),
                    entry.event().target(),
                    e);
            storeOnce(entry, AuditEvent.Outcome.FAILED, transaction -> {});
        }
    }

    private void storeOnce(SpoolEntry entry, AuditEvent.Outcome outcome, Consumer<Transaction> apply) {
        AuditEvent event = entry.event();
        Map<String, String> details = new TreeMap<>(event.details());
        details.put("spooled", "chained at " + clock.instant());
        AuditEvent recorded = new AuditEvent(event.action(), event.actor(), event.target(), outcome, details);
        change(transaction -> {
            if (!chains.contains(transaction, entry.id())) {
                apply.accept(transaction);
                chains.append(transaction, node, entry.at(), recorded, Optional.of(entry.id()));
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
