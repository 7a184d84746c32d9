package dev.busbar.host.access;

import dev.busbar.host.access.KeyStore.KeyRow;
import dev.busbar.host.authorization.PermissionSet;
import dev.busbar.host.authorization.Roles;
import dev.busbar.host.pipeline.AddressRange;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.plugin.Principal;
import dev.busbar.plugin.Principal.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An API key as it is stored, with the facts of its owner. Immutable. */
record OwnedKey(KeyRow key, Owner owner, History history) {
    /**
     * The owner of a key.
     *
     * @param roles names separated by one space
     * @param isActive true if it is neither disabled nor deleted
     */
    record Owner(Kind kind, String roles, boolean isActive) {}

    /**
     * The history of a key.
     *
     * @param rotatedTo id of its successor
     */
    record History(
            @Nullable String rotatedTo,
            @Nullable Instant lastUsedAt,
            @Nullable String lastUsedFrom) {
        static final History NONE = new History(null, null, null);
    }

    /** True if it is not revoked and its owner is active. Expiry is checked at each use, as this object may be cached. */
    boolean isValid() {
        return owner.isActive() && key.revokedAt() == null;
    }

    /** The caller that the key authenticates. */
    Authenticated authenticated(Roles roles) {
        return authenticated(roles, Caller.Credential.OF_ITS_ID);
    }

    /** The caller that the key authenticates, with the credential that its requests carry. */
    Authenticated authenticated(Roles roles, Caller.Credential credential) {
        Set<String> held = heldRoles();
        PermissionSet permissions = permissions(roles.permissions(held));
        Caller caller = new Caller(
                Principal.of(key.principalId(), owner.kind(), held),
                key.id(),
                permissions.names(),
                Optional.ofNullable(key.expiresAt()),
                permissions::allows,
                new Caller.Account(key.root(), Objects.requireNonNullElse(key.ratePlan(), "")),
                credential);
        return new Authenticated(caller, permissions, allowedFrom());
    }

    /** The view of the key, without the secret. */
    Keys.Info info(Roles roles) {
        Authenticated authenticated = authenticated(roles);
        return new Keys.Info(
                key.id(),
                key.name(),
                key.hint(),
                key.principalId(),
                owner.kind(),
                authenticated.principal().roles(),
                authenticated.permissions().names(),
                key.createdAt(),
                Optional.ofNullable(key.createdBy()),
                authenticated.expiresAt(),
                Optional.ofNullable(key.revokedAt()),
                words(key.allowedFrom()),
                Optional.ofNullable(key.ratePlan()),
                Optional.ofNullable(key.rotatedFrom()),
                Optional.ofNullable(history.rotatedTo()),
                Optional.ofNullable(history.lastUsedAt()),
                Optional.ofNullable(history.lastUsedFrom()));
    }

    /** The addresses from which it may be used; empty for all. */
    List<AddressRange> allowedFrom() {
        return ranges(key.allowedFrom());
    }

    static List<AddressRange> ranges(@Nullable String text) {
        return words(text).stream().map(AddressRange::parse).toList();
    }

    private static List<String> words(@Nullable String text) {
        return text == null ? List.of() : RoleStore.words(text);
    }

    /** The roles of the key that its owner still has. */
    private Set<String> heldRoles() {
        Set<String> owners = Set.copyOf(RoleStore.words(owner.roles()));
        return key.roles() == null
                ? owners
                : words(key.roles()).stream().filter(owners::contains).collect(Collectors.toUnmodifiableSet());
    }

    private PermissionSet permissions(PermissionSet given) {
        return key.permissions() == null ? given : given.intersect(PermissionSet.of(words(key.permissions())));
    }
}
