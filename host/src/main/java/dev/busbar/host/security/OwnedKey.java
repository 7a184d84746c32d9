package dev.busbar.host.security;

import dev.busbar.plugin.Principal;
import dev.busbar.plugin.Principal.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A key beside what counts of its owner. Immutable.
 *
 * @param ownerRoles names separated by one space
 * @param ownerDisabledAt since when the owner may do nothing; {@code null} while it may
 */
record OwnedKey(
        KeyStore.Row key,
        Kind ownerKind,
        String ownerRoles,
        @Nullable Instant ownerDisabledAt) {
    /** What its holder is and may do. */
    Authenticated authenticated(Roles roles) {
        Set<String> held = heldRoles();
        return new Authenticated(
                new Principal(key.principalId(), ownerKind, held),
                key.id(),
                permissions(roles.permissions(held)),
                Optional.ofNullable(key.expiresAt()),
                List.of());
    }

    /** What can be seen of it. */
    Keys.Info info(Roles roles) {
        Authenticated authenticated = authenticated(roles);
        return new Keys.Info(
                key.id(),
                key.name(),
                key.hint(),
                key.principalId(),
                ownerKind,
                authenticated.principal().roles(),
                authenticated.permissions().names(),
                key.createdAt(),
                Optional.ofNullable(key.createdBy()),
                authenticated.expiresAt());
    }

    /** The roles of the key that its owner (still) has. */
    private Set<String> heldRoles() {
        Set<String> owners = Set.copyOf(RoleStore.words(ownerRoles));
        return key.roles() == null
                ? owners
                : RoleStore.words(key.roles()).stream()
                        .filter(owners::contains)
                        .collect(Collectors.toUnmodifiableSet());
    }

    private PermissionSet permissions(PermissionSet given) {
        return key.permissions() == null
                ? given
                : given.intersect(PermissionSet.of(RoleStore.words(key.permissions())));
    }
}
