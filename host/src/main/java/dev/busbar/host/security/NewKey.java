package dev.busbar.host.security;

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
 */
public record NewKey(
        String name,
        String owner,
        Optional<Kind> kind,
        List<String> roles,
        List<String> permissions,
        Optional<Instant> expiresAt) {
    /** Copies the lists. */
    public NewKey {
        roles = List.copyOf(roles);
        permissions = List.copyOf(permissions);
    }
}
