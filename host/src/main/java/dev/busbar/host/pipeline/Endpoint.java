package dev.busbar.host.pipeline;

import dev.busbar.host.contract.Owner;
import dev.busbar.host.contract.RouteContract;
import java.util.Optional;

/** The destination of an invocation, as far as interceptors need to know it. Immutable. */
public sealed interface Endpoint {
    /** The permission that every authenticated caller has, for routes that require authentication only. */
    String ANY_PRINCIPAL = "host:self";

    /** The platform's id; {@code host} for the host's own routes, {@code _unmatched} where no route was found. */
    String platform();

    /** The contract of the route; empty where none was found. */
    Optional<RouteContract> contract();

    /** The permission that a caller needs; empty for a public route. */
    Optional<String> permission();

    /** Returns whether another endpoint replaces it later: the request waits until then. */
    default boolean isProvisional() {
        return false;
    }

    /** Passes the invocation to the chain of the route. Called once, on the server thread. */
    void proceed(Invocation invocation);

    /**
     * The route of an invocation that has passed the host chain.
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
        /** The owner of the code that answers. */
        Owner owner();

        /** The contract of the route. */
        RouteContract route();

        /** Returns whether its generation is draining. */
        boolean isRetiring();

        /**
         * Begins the wait for a body that may take longer than any deadline: a generation that drains waits for it as for
         * a stream.
         *
         * @return ends the wait
         */
        default Runnable awaitsBody() {
            return () -> {};
        }

        /** Returns whether its platform is absent, so that the chain ends in a 503 instead of the handler. */
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

    /** A platform whose requests wait for the end of a handover between its generations. */
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
