package dev.busbar.host.lifecycle;

import dev.busbar.host.store.Transaction;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Where acts on plugins go on record; what lifecycle wants of the audit. Called from any thread. */
public interface ActLog {
    /** Records an act in the transaction that makes its change; what this throws undoes both. */
    void record(Transaction transaction, Act act);

    /**
     * Carries out and records an act that takes something out of service; where the store cannot be written, both follow
     * later.
     *
     * @param payload what the applier of its action needs
     */
    void contain(Act act, String payload);

    /**
     * Says who carries out such acts of an action: once or more often, at once or much later.
     *
     * @param pending told of what an earlier process could not store and this one cannot yet, before anything is served
     */
    void applies(String action, BiConsumer<Transaction, String> applier, Consumer<String> pending);

    /** Records what no change goes with, some time soon. Never waits, never throws. */
    void tell(Act act);
}
