package dev.busbar.host.pipeline;

import dev.busbar.core.JsonCodec;
import dev.busbar.plugin.Route;
import java.util.Optional;

/** Where an invocation is bound for, as far as interceptors need to know. Immutable. */
public interface Endpoint {
    /** The permission that every authenticated caller has: asked for where it only matters that somebody is known. */
    String ANY_PRINCIPAL = "host:self";

    /** The platform's id; {@code host} for the host's own routes, {@code _unmatched} where no route was found. */
    String platform();

    /** The generation's number; 0 where no route was found. */
    long generation();

    /** The route; empty where none was found. */
    Optional<Route> route();

    /** The permission a caller needs; empty where anybody may call. */
    Optional<String> permission();

    /** Whether its generation is on its way out, so that what it answers now may be over soon. */
    default boolean isRetiring() {
        return false;
    }

    /** Returns whether another endpoint takes its place later: it only says where the request waits until then. */
    default boolean isProvisional() {
        return false;
    }

    /** The binding of this generation's types. */
    JsonCodec json();

    /** Takes the invocation on through the chain of the route. Called once, on the server thread. */
    void proceed(Invocation invocation);
}
