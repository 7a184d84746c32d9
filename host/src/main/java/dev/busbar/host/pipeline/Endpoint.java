package dev.busbar.host.pipeline;

import dev.busbar.host.contract.Owner;
import dev.busbar.host.contract.RouteContract;
import java.util.Optional;

/** The destination of an invocation, as far as interceptors need to know it. Immutable. */
public sealed interface Endpoint {
    /** The permission that every authenticated caller has: asked for where it only matters that somebody is known. */
    String ANY_PRINCIPAL = "host:self";

    /** The platform's id; {@code host} for the host's own routes, {@code _unmatched} where no route was found. */
    String platform();

    /** The contract of the route; empty where none was found. */
    Optional<RouteContract> contract();

    /** The permission a caller needs; empty where anybody may call. */
    Optional<String> permission();

    /** Returns whether another endpoint takes its place later: it only says where the request waits until then. */
    default boolean isProvisional() {
        return false;
    }

    /** Takes the invocation on through the chain of the route. Called once, on the server thread. */
    void proceed(Invocation invocation);

    /**
     * The route of an invocation that is behind the host chain's end.
     *
     * @throws IllegalStateException when it has none
     */
    static Routed routed(Invocation invocation) {
        if (invocation.endpoint() instanceof Routed routed) {
            return routed;
        }
        throw new IllegalStateException("no route was found for this invocation");
    }

    /** A route with the chain that leads to its handler. */
    non-sealed interface Routed extends Endpoint {
        /** Whose code answers. */
        Owner owner();

        /** The contract of the route. */
        RouteContract route();

        /** Whether its generation is on its way out, so that what it answers now may be over soon. */
        boolean isRetiring();

        /** Whether its platform serves nothing now, so that the chain ends in a 503 instead of the handler. */
        default boolean isAbsent() {
            return false;
        }

        @Override
        default String platform() {
            return owner().id();
        }

        @Override
        default Optional<String> permission() {
            return route().permission();
        }
    }

    /** A platform whose requests wait until one of its generations has handed over to the next. */
    non-sealed interface Waiting extends Endpoint {
        @Override
        default boolean isProvisional() {
            return true;
        }
    }

    /** A path without a route. */
    non-sealed interface Unmatched extends Endpoint {
        @Override
        default String platform() {
            return "_unmatched";
        }

        @Override
        default Optional<RouteContract> contract() {
            return Optional.empty();
        }
    }
}
