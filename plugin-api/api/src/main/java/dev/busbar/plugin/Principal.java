package dev.busbar.plugin;

import java.util.Set;

/**
 * Who is calling, as the host has verified it.
 *
 * @param id stable name of the caller
 * @param kind what the caller is
 * @param roles the roles the caller holds at the moment of the call
 */
public record Principal(String id, Kind kind, Set<String> roles) {
    /** What a caller can be. */
    public enum Kind {
        /** A person. */
        HUMAN,
        /** A program outside the host. */
        SERVICE,
        /** A platform inside the host. */
        PLATFORM
    }

    /** Copies the roles. */
    public Principal {
        roles = Set.copyOf(roles);
    }
}
