package dev.busbar.host.access;

import dev.busbar.plugin.Principal.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is asked of a new key. Nothing of it is checked yet. Immutable.
 *
 * @param name what it is for, for people
 * @param owner id of the principal it belongs to
 * @param kind what the owner is; needed when there is no such principal yet, which creates it
 * @param roles which of the owner's roles it has, and those of a new owner; empty for all of them
 * @param permissions to what it is cut down; empty for all that the roles give
 * @param expiresAt when it ends; empty for never
 * @param limits from where and how much it may be used
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
     * From where and how much a key may be used.
     *
     * @param allowedFrom addresses and networks; empty for all
     * @param ratePlan name of a rate plan; empty for the usual one
     */
    public record Limits(List<String> allowedFrom, Optional<String> ratePlan) {
        /** From everywhere, and as much as usual. */
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

    /** One that may be used from everywhere, as much as usual. */
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
