package dev.busbar.host.access;

import dev.busbar.core.ProblemType;
import dev.busbar.host.audit.Actor;
import dev.busbar.host.authorization.PermissionSet;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.CallerAware;
import dev.busbar.plugin.Principal.Kind;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Request;
import java.util.List;

/**
 * The requester of a change: the caller with its permissions, and the actor of the change's audit events. A requester
 * gives to others at most what it may do itself. Immutable.
 */
public record Requester(Caller caller, Actor actor) {
    private static final String ROLES = "host:roles";

    /** The requester behind a request to a route of the host that needs a permission. */
    public static Requester of(Request request) {
        CallerAware aware = (CallerAware) request;
        return of(aware.caller().orElseThrow(), aware.clientAddress(), request.correlationId());
    }

    static Requester of(Caller caller, String address, String correlationId) {
        return new Requester(caller, Actor.of(caller.principal(), caller.keyId(), address, correlationId));
    }

    String id() {
        return caller.principal().id();
    }

    /**
     * Requires every given permission of the requester: nobody gives what they do not have, or changes what belongs to
     * somebody with more permissions.
     *
     * @param what the object of the change, as it begins a sentence: {@code The key}
     * @throws ProblemException 403
     */
    void requireCovered(PermissionSet given, String what) {
        List<String> missing = PermissionSet.of(caller.permissions()).missing(given);
        if (!missing.isEmpty()) {
            throw forbidden(
                    what + " permits " + String.join(", ", missing) + ", which you may not do yourself.",
                    missing.get(0));
        }
    }

    /**
     * Requires the right to act for another principal: the permission over principals; for a person, also to be one,
     * because approvals depend on it.
     *
     * @throws ProblemException 403
     */
    void requireMayActFor(String owner, Kind kind) {
        if (id().equals(owner)) {
            return;
        }
        if (!caller.permits().test(ROLES)) {
            throw forbidden("A key of another principal needs the permission " + ROLES + ".", ROLES);
        }
        requirePersonFor(kind);
    }

    /**
     * Requires the requester to be a person if the kind is.
     *
     * @throws ProblemException 403
     */
    void requirePersonFor(Kind kind) {
        if (kind == Kind.HUMAN && caller.principal().kind() != Kind.HUMAN) {
            throw ProblemType.FORBIDDEN.problem("Only a person may do this for a person.");
        }
    }

    private static ProblemException forbidden(String detail, String permission) {
        return ProblemType.FORBIDDEN.problem(detail).with("requiredPermission", permission);
    }
}
