package dev.busbar.host.access;

import dev.busbar.plugin.Principal.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A request for a new key, unchecked. Immutable.
 *
 * @param name a name for people
 * @param owner id of the principal it belongs to
 * @param kind the kind of the owner; required to create an owner that does not exist yet
 * @param roles the roles of the key, and of a new owner; empty for all roles of the owner
 * @param permissions the permissions it is reduced to; empty for all of its roles
 * @param expiresAt when it expires; empty for never
 * @param limits the limits of its use
 */
public record NewKey(
        String name,
        String owner,
        Optional<Kind> kind,
        List<String> roles,
        List<String> permissions,
        Optional<Instant> expiresAt,
        Limits limits) {
    /**
     * The limits of the use of a key.
     *
     * @param allowedFrom addresses and networks; empty for all
     * @param ratePlan name of a rate plan; empty for the default plan
     */
    public record Limits(List<String> allowedFrom, Optional<String> ratePlan) {
        /** All addresses, and the default plan. */
        public static final Limits NONE = new Limits(List.of(), Optional.empty());

        /** Copies the list. */
        public Limits {
            allowedFrom = List.copyOf(allowedFrom);
        }
    }

    /** Copies the lists. */
    public NewKey {
        roles = List.copyOf(roles);
        permissions = List.copyOf(permissions);
    }

    /** A request without limits. */
    public NewKey(
            String name,
            String owner,
            Optional<Kind> kind,
            List<String> roles,
            List<String> permissions,
            Optional<Instant> expiresAt) {
        this(name, owner, kind, roles, permissions, expiresAt, Limits.NONE);
    }
}
