package dev.busbar.host.calls;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditEvent.Outcome;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.Invocation;
import java.util.Map;
import java.util.Optional;

/** The audit events of calls between platforms. Stateless. */
final class CallEvents {
    private CallEvents() {}

    /**
     * The event of a call that has ended.
     *
     * @param platform the calling platform
     * @param target the called platform; followed by the route's permission where that is known
     * @param caller the principal of the call; empty for an unknown one
     * @param asSelf true if that is the calling platform itself
     * @param status of the response; 0 where there was none
     */
    static AuditEvent called(
            String platform,
            String target,
            Invocation invocation,
            Optional<Caller> caller,
            boolean asSelf,
            int status) {
        String address = invocation.clientAddress();
        String correlationId = invocation.correlationId();
        Actor actor = caller.map(it -> Actor.of(it.principal(), it.keyId(), address, correlationId))
                .orElseGet(() -> Actor.unknown(address, correlationId));
        Optional<String> permission =
                invocation.isRouted() ? invocation.endpoint().permission() : Optional.empty();
        return new AuditEvent(
                asSelf ? "platform.call-as-self" : "platform.call-as-caller",
                actor,
                "call:" + platform + " " + permission.orElse(target + ":"),
                outcome(status),
                Map.of());
    }

    private static Outcome outcome(int status) {
        if (status == 401 || status == 403) {
            return Outcome.REFUSED;
        }
        return status == 0 || status >= 500 ? Outcome.FAILED : Outcome.DONE;
    }
}
