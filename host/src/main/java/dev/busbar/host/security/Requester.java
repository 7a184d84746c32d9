package dev.busbar.host.security;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.CallerAware;
import dev.busbar.plugin.Request;

/**
 * The requester of a change: the caller with its permissions, and the actor of the change's audit events. Immutable.
 */
public record Requester(Caller caller, Actor actor) {
    /** The requester behind a request to a route of the host that needs a permission. */
    public static Requester of(Request request) {
        CallerAware aware = (CallerAware) request;
        return of(aware.caller().orElseThrow(), aware.clientAddress(), request.correlationId());
    }

    static Requester of(Caller caller, String address, String correlationId) {
        return new Requester(caller, Actor.of(caller.principal(), caller.keyId(), address, correlationId));
    }
}
