package dev.busbar.host;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.Audit;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditEvent.Outcome;
import dev.busbar.host.lifecycle.Act;
import dev.busbar.host.lifecycle.ActLog;
import dev.busbar.host.lifecycle.By;
import dev.busbar.host.store.Transaction;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Puts acts on plugins into the audit. Thread-safe. */
final class PluginActs implements ActLog {
    private final Audit audit;

    PluginActs(Audit audit) {
        this.audit = audit;
    }

    @Override
    public void record(Transaction transaction, Act act) {
        audit.append(transaction, event(act, Outcome.DONE));
    }

    @Override
    public void contain(Act act, String payload) {
        Audit.Contained unused = audit.contain(act.action(), payload, event(act, Outcome.DONE));
    }

    @Override
    public void applies(String action, BiConsumer<Transaction, String> applier, Consumer<String> pending) {
        audit.register(action, applier, pending);
    }

    @Override
    public void tell(Act act) {
        audit.count(event(act, Outcome.FAILED));
    }

    private static AuditEvent event(Act act, Outcome outcome) {
        By by = act.by();
        Actor actor = new Actor(by.id(), by.kind(), by.keyId(), by.address(), by.correlationId());
        return new AuditEvent(act.action(), actor, "plugin:" + act.pluginId(), outcome, act.details());
    }
}
