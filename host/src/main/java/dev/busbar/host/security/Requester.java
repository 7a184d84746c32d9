package dev.busbar.host.security;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.CallerAware;
import dev.busbar.plugin.Request;
import java.util.Locale;
import java.util.Optional;

/**
 * Who asks for a change, with what they may do. Immutable.
 *
 * @param actor the same as audit tells it
 */
public record Requester(Caller caller, Actor actor) {
    /** Who sent a request to one of the host's own routes that needs a permission. */
    public static Requester of(Request request) {
        CallerAware aware = (CallerAware) request;
        return of(aware.caller().orElseThrow(), aware.clientAddress(), request.correlationId());
    }

    static Requester of(Caller caller, String address, String correlationId) {
        return new Requester(
                caller,
                new Actor(
                        caller.principal().id(),
                        caller.principal().kind().name().toLowerCase(Locale.ROOT),
                        Optional.of(caller.keyId()),
                        Optional.of(address),
                        Optional.of(correlationId)));
    }
}
