package dev.busbar.host.access;

import dev.busbar.core.ProblemType;
import dev.busbar.host.access.KeyStore.KeyRow;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.authorization.PermissionSet;
import dev.busbar.host.authorization.Roles;
import dev.busbar.host.pipeline.AddressRange;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.store.Transaction;
import dev.busbar.plugin.Principal.Kind;
import dev.busbar.plugin.ProblemException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
        return new Authority(by, roles, permissions, end, addresses);
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

    /**
     * Authority of a requester in the transaction of its change: its permissions then, not those that it had when its request
     * began, and the bounds of its credential. A requester gives to others at most what it may do itself, for as long, and from
     * the same addresses. Immutable.
     *
     * @param roles all roles, as they are in the transaction
     * @param permissions its permissions now
     * @param end the expiry of its credential; empty for none
     * @param addresses the addresses that its credential is bound to; empty for all
     */
    record Authority(
            Requester by, Roles roles, PermissionSet permissions, Optional<Instant> end, List<AddressRange> addresses) {
        private static final String ROLES = "host:roles";

        /** Copies the list. */
        Authority {
            addresses = List.copyOf(addresses);
        }

        /**
         * Requires every given permission of the requester: nobody gives what they do not have, or changes what belongs to
         * somebody with more permissions.
         *
         * @param what the object of the change, as it begins a sentence: {@code The key}
         * @throws ProblemException 403
         */
        void requireCovered(PermissionSet given, String what) {
            List<String> missing = permissions.missing(given);
            if (!missing.isEmpty()) {
                throw forbidden(
                        what + " permits " + String.join(", ", missing) + ", which you may not do yourself.",
                        missing.get(0));
            }
        }

        /**
         * Requires the right to act for another principal: the permission over principals; for a person, also to be one,
         * because approvals depend on it.
         *
         * @throws ProblemException 403
         */
        void requireMayActFor(String owner, Kind kind) {
            if (by.id().equals(owner)) {
                return;
            }
            if (!permissions.permits(ROLES)) {
                throw forbidden("A key of another principal needs the permission " + ROLES + ".", ROLES);
            }
            requirePersonFor(kind);
        }

        /**
         * Requires the requester to be a person if the kind is.
         *
         * @throws ProblemException 403
         */
        void requirePersonFor(Kind kind) {
            if (kind == Kind.HUMAN && by.caller().principal().kind() != Kind.HUMAN) {
                throw ProblemType.FORBIDDEN.problem("Only a person may do this for a person.");
            }
        }

        /**
         * Requires a key to expire with the credential of the requester, and to be bound to the same addresses or fewer.
         *
         * @throws ProblemException 422
         */
        void requireWithin(KeyRow key) {
            @Nullable Instant expiry = key.expiresAt();
            if (end.filter(last -> expiry == null || expiry.isAfter(last)).isPresent()) {
                throw ProblemException.invalid(
                        "/expiresAt", "expected: at most " + end.get() + ", when your own credential ends");
            }
            if (!areWithin(OwnedKey.ranges(key.allowedFrom()), addresses)) {
                throw ProblemException.invalid(
                        "/allowedFrom", "expected: addresses within " + addresses + ", to which your own key is bound");
            }
        }

        /** True if addresses are those of a bound or fewer; an empty list is all addresses. */
        static boolean areWithin(List<AddressRange> wanted, List<AddressRange> bound) {
            boolean inside = !wanted.isEmpty()
                    && wanted.stream().allMatch(range -> bound.stream().anyMatch(outer -> outer.covers(range)));
            return bound.isEmpty() || inside;
        }

        /**
         * Requires a credential without expiry and from everywhere where something is given that has no bounds of its own: a
         * permission of a principal or a role.
         *
         * @param what the object of the change, as it begins a sentence: {@code The role}
         * @throws ProblemException 403 when it would have a permission that it lacked
         */
        void requireUnboundedFor(PermissionSet before, PermissionSet after, String what) {
            List<String> added = before.missing(after);
            if (!added.isEmpty() && (end.isPresent() || !addresses.isEmpty())) {
                throw ProblemType.FORBIDDEN.problem(what + " would permit " + String.join(", ", added)
                        + " without end and from everywhere, which your own credential does not: it expires or is bound to"
                        + " addresses. Use an API key that is not.");
            }
        }

        private static ProblemException forbidden(String detail, String permission) {
            return ProblemType.FORBIDDEN.problem(detail).with("requiredPermission", permission);
        }
    }
}
