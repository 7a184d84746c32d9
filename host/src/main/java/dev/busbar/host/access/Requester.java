package dev.busbar.host.access;

import dev.busbar.core.ProblemType;
import dev.busbar.host.audit.Actor;
import dev.busbar.host.authorization.AuthorizationInterceptor;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.CallerAware;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Request;

/**
 * The requester of a change: the caller as it was when its request began, and the actor of the change's audit events. The
 * body of a request may arrive minutes later, so what the caller may do then is looked up again ({@link Authorities}).
 * Immutable.
 */
public record Requester(Caller caller, Actor actor) {
    /** The requester behind a request to a route of the host that needs a permission. */
    public static Requester of(Request request) {
        CallerAware aware = (CallerAware) request;
        return of(aware.caller().orElseThrow(), aware.clientAddress(), request.correlationId());
    }

    /**
     * The requester as it is now. Called when the whole body has arrived, before a change that is not one of principals,
     * roles and keys, which look the requester up in their own transaction.
     *
     * @param permission the permission that the change needs
     * @throws ProblemException 401 when the credential has ended since the request began; 403 without the permission
     */
    public static Requester current(Request request, String permission) {
        Requester before = of(request);
        Caller caller = before.caller()
                .credential()
                .current(before.caller(), before.actor().address().orElse(""))
                .orElseThrow(Requester::ended);
        if (!caller.permits().test(permission)) {
            throw lacking(permission);
        }
        return new Requester(caller, before.actor());
    }

    /** True while the credential is valid and has a permission. As current, and as likely to block, as authentication. */
    public boolean isStillPermitted(String permission) {
        return caller.credential()
                .current(caller, actor.address().orElse(""))
                .filter(now -> now.permits().test(permission))
                .isPresent();
    }

    static ProblemException ended() {
        return ProblemType.INVALID_CREDENTIALS
                .problem("the credential has ended since this request began")
                .withHeader("WWW-Authenticate", AuthorizationInterceptor.CHALLENGE);
    }

    static ProblemException lacking(String permission) {
        return ProblemType.FORBIDDEN
                .problem("this needs the permission " + permission)
                .with("requiredPermission", permission);
    }

    static Requester of(Caller caller, String address, String correlationId) {
        return new Requester(caller, Actor.of(caller.principal(), caller.keyId(), address, correlationId));
    }

    String id() {
        return caller.principal().id();
    }
}
