package dev.busbar.host;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.Audit;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditEvent.Outcome;
import dev.busbar.host.calls.CallLog;
import dev.busbar.host.pipeline.Caller;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Puts calls between platforms on record: as whom, by which platform and to what, counted, those of one kind together.
 * Called on the threads of platforms; never waits.
 */
record CallActs(Audit audit) implements CallLog {
    @Override
    public void called(Call call) {
        String action = call.asSelf() ? "platform.call-as-self" : "platform.call-as-caller";
        String target = "call:" + call.platform() + " " + call.permission().orElse(call.target() + ":");
        audit.count(new AuditEvent(action, actor(call), target, outcome(call.status()), Map.of()));
    }

    private static Actor actor(Call call) {
        Optional<String> address = Optional.of(call.clientAddress()).filter(text -> !text.isEmpty());
        Optional<String> name = Optional.of(call.correlationId());
        return call.caller()
                .map(caller -> actor(caller, address, name))
                .orElseGet(() -> new Actor("", "unknown", Optional.empty(), address, name));
    }

    private static Actor actor(Caller caller, Optional<String> address, Optional<String> name) {
        String kind = caller.principal().kind().name().toLowerCase(Locale.ROOT);
        return new Actor(caller.principal().id(), kind, Optional.of(caller.keyId()), address, name);
    }

    private static Outcome outcome(int status) {
        if (status == 401 || status == 403) {
            return Outcome.REFUSED;
        }
        return status == 0 || status >= 500 ? Outcome.FAILED : Outcome.DONE;
    }
}
