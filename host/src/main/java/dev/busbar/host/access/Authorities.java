package dev.busbar.host.access;

import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.authorization.PermissionSet;
import dev.busbar.host.authorization.Roles;
import dev.busbar.host.pipeline.AddressRange;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.store.Transaction;
import dev.busbar.plugin.ProblemException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Look-up of the authority of requesters. A change of principals, roles and keys looks it up in its own transaction, where
 * no other such change can come between. Safe for any number of threads.
 */
final class Authorities {
    private final AccessStore access;
    private final KeyStore keys;
    private final AuditTrail audit;
    private final Clock clock;

    /** The work of a change. */
    @FunctionalInterface
    interface Work<T> {
        /** Runs in the transaction of the change; an exception rolls it back. */
        T in(Transaction transaction, Authority by);
    }

    Authorities(AccessStore access, KeyStore keys, AuditTrail audit, Clock clock) {
        this.access = access;
        this.keys = keys;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Runs a change in a transaction, one at a time over all nodes.
     *
     * @param permission the permission that it needs
     * @throws ProblemException 401 when the credential of the requester has ended; 403 without the permission
     */
    <T> T change(Requester by, String permission, Work<T> work) {
        return access.change(transaction -> {
            Roles roles = RoleStore.roles(transaction);
            Optional<OwnedKey> key = Authenticated.hasKey(by.caller())
                    ? keys.find(transaction, by.caller().keyId())
                    : Optional.empty();
            Optional<Authenticated> valid = key.filter(OwnedKey::isValid).map(owned -> owned.authenticated(roles));
            return work.in(transaction, require(by, valid, roles, permission));
        });
    }

    private Authority require(Requester by, Optional<Authenticated> key, Roles roles, String permission) {
        Caller caller = by.caller();
        boolean hasKey = Authenticated.hasKey(caller);
        Instant now = clock.instant();
        boolean ended = caller.credential().hasEnded()
                || caller.expiresAt().filter(end -> !now.isBefore(end)).isPresent()
                || (hasKey && key.filter(found -> isUsable(found, by, now)).isEmpty());
        if (ended) {
            audit.count(refused("auth.fail", by, "key:" + caller.keyId()));
            throw Requester.ended();
        }
        PermissionSet current = hasKey
                ? key.map(Authenticated::permissions).orElse(PermissionSet.NONE)
                : roles.permissions(caller.principal().roles());
        PermissionSet permissions = PermissionSet.of(caller.permissions()).intersect(current);
        if (!permissions.permits(permission)) {
            audit.count(refused("auth.deny", by, "permission:" + permission));
            throw Requester.lacking(permission);
        }
        Optional<Instant> end = Stream.of(caller.expiresAt(), key.flatMap(Authenticated::expiresAt))
                .flatMap(Optional::stream)
                .min(Instant::compareTo);
        List<AddressRange> addresses = key.map(Authenticated::allowedFrom).orElse(List.of());
        return new Authority(by, permissions, end, addresses);
    }

    private boolean isUsable(Authenticated key, Requester by, Instant now) {
        return !access.isRevokedHere(key.keyId())
                && !key.isExpiredAt(now)
                && key.principal().id().equals(by.id())
                && key.mayComeFrom(by.actor().address().orElse(""));
    }

    private static AuditEvent refused(String action, Requester by, String target) {
        return new AuditEvent(action, by.actor(), target, AuditEvent.Outcome.REFUSED, Map.of());
    }
}
