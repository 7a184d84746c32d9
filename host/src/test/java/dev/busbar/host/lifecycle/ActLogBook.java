package dev.busbar.host.lifecycle;

import static java.util.Objects.requireNonNull;

import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Remembers acts, and carries out containment acts at once. Used by one thread. */
final class ActLogBook implements ActLog {
    private final List<Act> acts;
    private final Database database;
    private final Map<String, BiConsumer<Transaction, String>> appliers = new HashMap<>();
    private final Map<String, Consumer<String>> waiting = new HashMap<>();
    private final List<Runnable> spool = new ArrayList<>();
    private boolean isSpooling;

    ActLogBook(Database database) {
        this.database = database;
        this.acts = new ArrayList<>();
    }

    @Override
    public void record(Transaction transaction, Act act) {
        acts.add(act);
    }

    @Override
    public void contain(Act act, String payload) {
        if (isSpooling) {
            spool.add(() -> carryOut(act, payload));
        } else {
            // Twice, as it may be after a crash: the second time must change nothing.
            carryOut(act, payload);
            carryOut(act, payload);
        }
        acts.add(act);
    }

    private void carryOut(Act act, String payload) {
        database.jdbi().useTransaction(handle -> requireNonNull(appliers.get(act.action()))
                .accept(new Transaction(handle), payload));
    }

    /** From now on the store cannot be written, as far as containment acts are concerned. */
    void spool() {
        isSpooling = true;
    }

    /** The store can be written again. */
    void replay() {
        isSpooling = false;
        spool.forEach(Runnable::run);
        spool.clear();
    }

    @Override
    public void applies(String action, BiConsumer<Transaction, String> applier, Consumer<String> pending) {
        appliers.put(action, applier);
        waiting.put(action, pending);
    }

    /** As a host does that finds such an act in its spool and cannot write the store. */
    void waits(String action, String payload) {
        requireNonNull(waiting.get(action)).accept(payload);
    }

    @Override
    public void tell(Act act) {
        acts.add(act);
    }
}
