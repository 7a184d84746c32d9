package dev.busbar.host.testing;

import static java.util.Objects.requireNonNull;

import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An audit trail that keeps events in a list, and applies containment actions at once. Used by one thread. */
public final class FakeAuditTrail implements AuditTrail {
    private final List<AuditEvent> events = new ArrayList<>();
    private final @Nullable Database database;
    private final Map<String, BiConsumer<Transaction, String>> handlers = new HashMap<>();
    private final Map<String, Consumer<String>> pending = new HashMap<>();
    private final Map<String, Consumer<String>> settled = new HashMap<>();
    private final List<Spooled> spool = new ArrayList<>();
    private boolean isSpooling;
    private boolean isRefusing;

    private record Spooled(AuditEvent event, String payload) {}

    /** One that applies containment actions in a database. */
    public FakeAuditTrail(Database database) {
        this.database = database;
    }

    /** One that can apply no containment actions. */
    public FakeAuditTrail() {
        this.database = null;
    }

    /** The recorded and counted events, in order. */
    public List<AuditEvent> events() {
        return events;
    }

    /** Refuses each event from now on: of a change in its transaction with "refused", of any other with "alone". */
    public void refuse() {
        isRefusing = true;
    }

    @Override
    public void append(Transaction transaction, AuditEvent event) {
        if (isRefusing) {
            throw new IllegalStateException("refused");
        }
        events.add(event);
    }

    @Override
    public void append(AuditEvent event) {
        if (isRefusing) {
            throw new IllegalStateException("alone");
        }
        events.add(event);
    }

    @Override
    public void count(AuditEvent event) {
        events.add(event);
    }

    @Override
    public Containment contain(AuditEvent event, String payload) {
        events.add(event);
        if (isSpooling) {
            spool.add(new Spooled(event, payload));
            return Containment.SPOOLED;
        }
        // Twice, as it may be after a crash: the second time must change nothing.
        apply(event, payload);
        apply(event, payload);
        return Containment.STORED;
    }

    private void apply(AuditEvent event, String payload) {
        requireNonNull(database).change(transaction -> {
            handler(event).accept(transaction, payload);
            return transaction;
        });
    }

    /** Spools containment actions from now on, as if the store could not be written. */
    public void spool() {
        isSpooling = true;
    }

    /** Applies the spooled actions in a transaction that is rolled back, as if the store failed at the commit. */
    public void replayInVain() {
        try {
            requireNonNull(database).change(transaction -> {
                spool.forEach(spooled -> handler(spooled.event()).accept(transaction, spooled.payload()));
                throw new IllegalStateException("rolled back");
            });
        } catch (IllegalStateException e) {
            return;
        }
        throw new AssertionError("nothing was rolled back");
    }

    /** Applies the spooled actions; the store can be written again. One that cannot be applied is settled, too. */
    public void replay() {
        isSpooling = false;
        for (Spooled spooled : spool) {
            try {
                apply(spooled.event(), spooled.payload());
            } catch (RuntimeException e) {
                AuditEvent event = spooled.event();
                events.add(new AuditEvent(
                        event.action(), event.actor(), event.target(), AuditEvent.Outcome.FAILED, event.details()));
            }
            requireNonNull(settled.get(spooled.event().action())).accept(spooled.payload());
        }
        spool.clear();
    }

    private BiConsumer<Transaction, String> handler(AuditEvent event) {
        return requireNonNull(handlers.get(event.action()));
    }

    @Override
    public void register(
            String action,
            BiConsumer<Transaction, String> apply,
            Consumer<String> announced,
            Consumer<String> isSettled) {
        handlers.put(action, apply);
        pending.put(action, announced);
        settled.put(action, isSettled);
    }

    /** Announces an action as a host does that finds it in its spool and cannot write the store. */
    public void announce(String action, String payload) {
        requireNonNull(pending.get(action)).accept(payload);
    }
}
