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
    private final List<Runnable> spool = new ArrayList<>();
    private boolean isSpooling;

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

    @Override
    public void append(Transaction transaction, AuditEvent event) {
        events.add(event);
    }

    @Override
    public void append(AuditEvent event) {
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
            spool.add(() -> apply(event, payload));
            return Containment.SPOOLED;
        }
        // Twice, as it may be after a crash: the second time must change nothing.
        apply(event, payload);
        apply(event, payload);
        return Containment.STORED;
    }

    private void apply(AuditEvent event, String payload) {
        requireNonNull(database).change(transaction -> {
            requireNonNull(handlers.get(event.action())).accept(transaction, payload);
            return transaction;
        });
    }

    /** Spools containment actions from now on, as if the store could not be written. */
    public void spool() {
        isSpooling = true;
    }

    /** Applies the spooled actions; the store can be written again. */
    public void replay() {
        isSpooling = false;
        spool.forEach(Runnable::run);
        spool.clear();
    }

    @Override
    public void register(String action, BiConsumer<Transaction, String> apply, Consumer<String> announced) {
        handlers.put(action, apply);
        pending.put(action, announced);
    }

    /** Announces an action as a host does that finds it in its spool and cannot write the store. */
    public void announce(String action, String payload) {
        requireNonNull(pending.get(action)).accept(payload);
    }
}
