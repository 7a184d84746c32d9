package dev.busbar.host.access;

import dev.busbar.host.access.Authorities.Authority;
import dev.busbar.host.access.KeyStore.KeyRow;
import dev.busbar.host.access.PrincipalStore.PrincipalRow;
import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.authorization.PermissionSet;
import dev.busbar.host.authorization.Roles;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import dev.busbar.plugin.Principal.Kind;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.ProblemException.Violation;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keys with their owners, changed in transactions with their audit records. Safe for any number of threads and nodes. */
final class CredentialStore {
    private static final byte[] NO_HASH = new byte[32];

    private static final String KEYS = "host:keys";

    private final AccessStore access;
    private final Authorities authorities;
    private final PrincipalStore principals;
    private final KeyStore keys;
    private final AuditTrail audit;
    private final Clock clock;
    private final Set<String> plans;

    /** @param plans the names of the rate plans */
    CredentialStore(Database database, AccessControl.Changes changes, Set<String> plans) {
        this.access = changes.store();
        this.authorities = changes.authorities();
        this.principals = new PrincipalStore(database);
        this.keys = new KeyStore(database);
        this.audit = changes.audit();
        this.clock = changes.clock();
        this.plans = plans;
    }

    /**
     * A valid key by id and hash. Runs one statement and one comparison, whether the key is valid, unknown, wrong, revoked
     * or of a disabled owner; the statement finds no row for a wrong secret, as for an unknown id.
     */
    Optional<OwnedKey> find(String id, byte[] hash) {
        Optional<OwnedKey> owned = access.read(transaction -> keys.find(transaction, id, hash));
        byte[] expected = owned.map(found -> found.key().hash()).orElse(NO_HASH);
        boolean same = MessageDigest.isEqual(expected, hash);
        return owned.filter(found -> same && found.isValid());
    }

    /** A valid key by id. */
    Optional<OwnedKey> current(String id) {
        return show(id).filter(OwnedKey::isValid);
    }

    /** The newest key of a chain of rotations, if that is valid. */
    Optional<OwnedKey> newest(String rootId) {
        return access.read(transaction -> keys.newest(transaction, rootId)).filter(OwnedKey::isValid);
    }

    /** A key, valid or not. */
    Optional<OwnedKey> show(String id) {
        return access.read(transaction -> keys.find(transaction, id));
    }

    /** The ids of the valid keys that a principal created, the oldest first. */
    List<String> createdBy(String principalId, Instant now) {
        return access.read(transaction -> keys.createdBy(transaction, principalId)).stream()
                .filter(OwnedKey::isValid)
                .map(OwnedKey::key)
                .filter(key -> key.expiresAt() == null || key.expiresAt().isAfter(now))
                .map(KeyRow::id)
                .toList();
    }

    /** All keys, the oldest first. */
    List<OwnedKey> list() {
        return access.read(keys::list);
    }

    /** Creates a key, and its owner if there is none with this id yet. */
    Keys.Info create(ApiKey key, NewKey wanted, Requester by) {
        return authorities.change(by, KEYS, (transaction, authority) -> create(transaction, key, wanted, authority));
    }

    private Keys.Info create(Transaction transaction, ApiKey key, NewKey wanted, Authority by) {
        Optional<PrincipalRow> present = principals.find(transaction, wanted.owner());
        Roles roles = by.roles();
        NewKeyCheck.requireValid(wanted, present, new NewKeyCheck.Known(roles, plans), clock.instant());
        PrincipalRow owner = present.orElseGet(() -> newOwner(wanted));
        OwnedKey owned = owned(row(key, wanted, by.by().id()), owner);
        by.requireMayActFor(owner.id(), owner.kind());
        // A new owner has all its roles, even if its first key is restricted.
        PermissionSet given =
                present.isPresent() ? owned.authenticated(roles).permissions() : roles.permissions(wanted.roles());
        by.requireCovered(given, "The key");
        by.requireWithin(owned.key());
        if (present.isEmpty() && !principals.insert(transaction, owner)) {
            throw ProblemException.conflict("The principal " + owner.id() + " was just created; try again.");
        }
        insert(transaction, owned.key());
        append(transaction, "key.create", by.by(), key.id(), describe(owned.key()));
        return owned.info(roles);
    }

    private PrincipalRow newOwner(NewKey wanted) {
        String roles = String.join(" ", wanted.roles());
        return PrincipalRow.of(wanted.owner(), wanted.kind().orElseThrow(), roles, clock.instant());
    }

    private void insert(Transaction transaction, KeyRow row) {
        if (!keys.insert(transaction, row)) {
            throw new IllegalStateException(
                    "key id " + row.id() + " exists already (expected: 71 random bits to be new)");
        }
    }

    private static OwnedKey owned(KeyRow row, PrincipalRow owner) {
        return new OwnedKey(
                row, new OwnedKey.Owner(owner.kind(), owner.roles(), owner.isActive()), OwnedKey.History.NONE);
    }

    private KeyRow row(ApiKey key, NewKey wanted, @Nullable String creator) {
        NewKey.Limits limits = wanted.limits();
        return new KeyRow(
                key.id(),
                wanted.owner(),
                wanted.name(),
                key.hash(),
                key.hint(),
                words(wanted.roles()),
                words(wanted.permissions()),
                clock.instant(),
                creator,
                wanted.expiresAt().orElse(null),
                null,
                words(limits.allowedFrom()),
                limits.ratePlan().orElse(null),
                null,
                null);
    }

    private static @Nullable String words(@Nullable List<String> words) {
        return words == null || words.isEmpty() ? null : String.join(" ", words);
    }

    /** Changes a valid key. */
    Keys.Info change(String id, Keys.Change change, Requester by) {
        Keys.Info changed = authorities.change(by, KEYS, (transaction, authority) -> {
            OwnedKey before = require(transaction, id);
            AccessStore.Admins admins = access.admins(transaction, clock.instant());
            OwnedKey after = new OwnedKey(changed(before.key(), change), before.owner(), before.history());
            requireCovered(authority, after);
            if (!isNarrowed(before.key(), after.key())) {
                authority.requireWithin(after.key());
            }
            keys.update(transaction, after.key());
            access.requireAdminLeft(transaction, admins, clock.instant());
            append(transaction, "key.change", by, id, describe(after.key()));
            return after.info(authority.roles());
        });
        access.changed(key -> key.keyId().equals(id));
        return changed;
    }

    /** True if a changed key gives nothing that it did not give before: no permission, no time, no address, no plan. */
    private static boolean isNarrowed(KeyRow before, KeyRow after) {
        return isCovered(after.permissions(), before.permissions())
                && isNoLater(after.expiresAt(), before.expiresAt())
                && Authority.areWithin(OwnedKey.ranges(after.allowedFrom()), OwnedKey.ranges(before.allowedFrom()))
                && Objects.equals(after.ratePlan(), before.ratePlan());
    }

    /** Without a list a key has all permissions of its roles, those of the future too. */
    private static boolean isCovered(@Nullable String permissions, @Nullable String by) {
        return by == null
                || (permissions != null
                        && PermissionSet.of(RoleStore.words(by))
                                .missing(PermissionSet.of(RoleStore.words(permissions)))
                                .isEmpty());
    }

    private static boolean isNoLater(@Nullable Instant end, @Nullable Instant than) {
        return than == null || (end != null && !end.isAfter(than));
    }

    private KeyRow changed(KeyRow key, Keys.Change change) {
        String name = Objects.requireNonNullElse(change.name().over(key.name()), "");
        List<Violation> faults = new ArrayList<>();
        MemberChecks.name(name, faults::add);
        if (change.permissions().value() != null) {
            MemberChecks.permissions(change.permissions().value(), faults::add);
        }
        if (change.expiresAt().named()) {
            MemberChecks.end(change.expiresAt().value(), clock.instant(), faults::add);
        }
        List<String> from = Objects.requireNonNullElse(change.allowedFrom().value(), List.of());
        MemberChecks.limits(
                new NewKey.Limits(from, Optional.ofNullable(change.ratePlan().value())), plans, faults::add);
        if (!faults.isEmpty()) {
            throw ProblemException.invalid("The change of the key is invalid.", faults);
        }
        return key.changed(
                name,
                change.permissions().named() ? words(change.permissions().value()) : key.permissions(),
                change.expiresAt().over(key.expiresAt()),
                change.allowedFrom().named() ? words(from) : key.allowedFrom(),
                change.ratePlan().over(key.ratePlan()));
    }

    /** Creates the successor of a valid key that has none; the key itself ends after the overlap. */
    Keys.Info rotate(String id, ApiKey successor, Duration overlap, Patched<Instant> end, Requester by) {
        Keys.Info rotated = authorities.change(by, KEYS, (transaction, authority) -> {
            OwnedKey before = require(transaction, id);
            if (before.history().rotatedTo() != null) {
                throw ProblemException.conflict("The key was rotated already; its successor is "
                        + before.history().rotatedTo() + ".");
            }
            Instant now = clock.instant();
            List<Violation> faults = new ArrayList<>();
            Instant newEnd = end.over(before.key().expiresAt());
            MemberChecks.end(newEnd, now, faults::add);
            if (!faults.isEmpty()) {
                throw ProblemException.invalid("The rotation of the key is invalid.", faults);
            }
            requireCovered(authority, before);
            AccessStore.Admins admins = access.admins(transaction, now);
            KeyRow row = before.key().successor(successor, by.id(), now, newEnd);
            authority.requireWithin(row);
            insert(transaction, row);
            keys.update(transaction, before.key().endingAt(now.plus(overlap)));
            if (overlap.isZero()) {
                keys.revoke(transaction, id, now);
            }
            access.requireAdminLeft(transaction, admins, clock.instant());
            append(
                    transaction,
                    "key.rotate",
                    by,
                    id,
                    Map.of("successor", row.id(), "overlap", overlap.toString(), "owner", row.principalId()));
            return new OwnedKey(row, before.owner(), OwnedKey.History.NONE).info(authority.roles());
        });
        access.changed(key -> key.keyId().equals(id));
        return rotated;
    }

    /**
     * Revokes a key, even if it has ended.
     *
     * @throws ProblemException 404; 409 when no administrator would be left
     */
    void revoke(String id, Requester by) {
        String unused = authorities.change(by, KEYS, (transaction, authority) -> {
            OwnedKey owned = keys.find(transaction, id).orElseThrow(CredentialStore::unknown);
            Instant now = clock.instant();
            AccessStore.Admins without = access.adminsWithout(transaction, now, id);
            if (owned.isValid() && access.admins(transaction, now).losesTo(without)) {
                throw ProblemException.conflict("It is the last key of an administrator. Rotate it without"
                        + " overlap: that ends it at once and leaves its successor.");
            }
            keys.revoke(transaction, id, now);
            append(
                    transaction,
                    Keys.REVOCATION,
                    by,
                    id,
                    Map.of("owner", owned.key().principalId()));
            return id;
        });
        access.changed(key -> key.keyId().equals(id));
    }

    private OwnedKey require(Transaction transaction, String id) {
        OwnedKey owned = keys.find(transaction, id).orElseThrow(CredentialStore::unknown);
        boolean over = Optional.ofNullable(owned.key().expiresAt())
                .filter(end -> !end.isAfter(clock.instant()))
                .isPresent();
        if (over || !owned.isValid()) {
            throw ProblemException.conflict("The key has ended: it was revoked, it expired, or its owner is disabled.");
        }
        return owned;
    }

    private static ProblemException unknown() {
        return ProblemException.notFound("there is no key of this id");
    }

    private static void requireCovered(Authority by, OwnedKey key) {
        by.requireMayActFor(key.key().principalId(), key.owner().kind());
        by.requireCovered(key.authenticated(by.roles()).permissions(), "The key");
    }

    private void append(Transaction transaction, String action, Requester by, String id, Map<String, String> details) {
        audit.append(transaction, AuditEvent.done(action, by.actor(), "key:" + id, details));
    }

    private static Map<String, String> describe(KeyRow key) {
        return Map.of(
                "owner", key.principalId(),
                "name", key.name(),
                "roles", Objects.requireNonNullElse(key.roles(), "all"),
                "permissions", Objects.requireNonNullElse(key.permissions(), "all"),
                "expiresAt", Objects.toString(key.expiresAt(), "never"),
                "allowedFrom", Objects.requireNonNullElse(key.allowedFrom(), "everywhere"),
                "ratePlan", Objects.requireNonNullElse(key.ratePlan(), ""));
    }

    /** True if there is no key at all. */
    boolean isEmpty() {
        return access.read(keys::isEmpty);
    }

    /**
     * Stores the first key, of a principal that may do everything.
     *
     * @return false if there is a key already; nothing is changed then
     */
    boolean adopt(ApiKey key, String ownerId) {
        return access.change(transaction -> {
            if (!keys.isEmpty(transaction)) {
                return false;
            }
            PrincipalRow owner = PrincipalRow.of(ownerId, Kind.HUMAN, Roles.ADMIN, clock.instant());
            principals.upsert(transaction, owner);
            NewKey bootstrap =
                    new NewKey("bootstrap", ownerId, Optional.empty(), List.of(), List.of(), Optional.empty());
            KeyRow row = row(key, bootstrap, null);
            keys.insert(transaction, row);
            audit.append(transaction, AuditEvent.done("key.create", Actor.HOST, "key:" + key.id(), describe(row)));
            return true;
        });
    }
}
