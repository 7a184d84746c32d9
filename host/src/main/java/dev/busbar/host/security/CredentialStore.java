package dev.busbar.host.security;

import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.store.Database;
import dev.busbar.plugin.Principal.Kind;
import dev.busbar.plugin.ProblemException;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Keys with their owners and roles, in transactions over the three stores. Safe for any number of threads and nodes.
 */
final class CredentialStore {
    private static final byte[] NO_HASH = new byte[32];

    private final Database database;
    private final Clock clock;
    private final PrincipalStore principals;
    private final KeyStore keys;

    CredentialStore(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
        this.principals = new PrincipalStore(database);
        this.keys = new KeyStore(database);
    }

    /** Who holds a key of this id and hash. One statement tells an unknown id as well as a wrong key. */
    Optional<Authenticated> find(String id, byte[] hash) {
        return database.jdbi().withHandle(handle -> {
            byte[] expected = keys.hash(handle, id).orElse(NO_HASH);
            if (!MessageDigest.isEqual(expected, hash)) {
                return Optional.empty();
            }
            return keys.find(handle, id)
                    .filter(owned -> owned.ownerDisabledAt() == null)
                    .map(owned -> owned.authenticated(RoleStore.roles(handle)));
        });
    }

    /** Who holds the key of this id, whoever asks. */
    Optional<Authenticated> current(String id) {
        return database.jdbi().withHandle(handle -> keys.find(handle, id)
                .filter(owned -> owned.ownerDisabledAt() == null)
                .map(owned -> owned.authenticated(RoleStore.roles(handle))));
    }

    /** All keys, the oldest first. */
    List<Keys.Info> list() {
        Roles roles = database.jdbi().withHandle(RoleStore::roles);
        return keys.list().stream().map(owned -> owned.info(roles)).toList();
    }

    /** Makes a key, and its owner if there is none of this id yet, in one transaction. */
    Keys.Info create(ApiKey key, NewKey wanted, Caller creator) {
        return database.jdbi().inTransaction(handle -> create(handle, key, wanted, creator));
    }

    private Keys.Info create(Handle handle, ApiKey key, NewKey wanted, Caller creator) {
        Optional<PrincipalStore.Row> present = principals.find(handle, wanted.owner());
        Roles roles = RoleStore.roles(handle);
        NewKeyCheck.requireValid(wanted, present, roles, clock.instant());
        PrincipalStore.Row owner = present.orElseGet(() -> newOwner(wanted));
        KeyStore.Row row = row(key, wanted, creator.principal().id());
        OwnedKey owned = new OwnedKey(row, owner.kind(), owner.roles(), owner.disabledAt());
        PermissionSet given =
                present.isPresent() ? owned.authenticated(roles).permissions() : roles.permissions(wanted.roles());
        NewKeyCheck.requireCovered(creator, owner.kind(), given);
        if (present.isEmpty() && !principals.insert(handle, owner)) {
            throw ProblemException.conflict("The principal " + owner.id() + " was just created; try again.");
        }
        if (!keys.insert(handle, row)) {
            throw new IllegalStateException("key id " + key.id() + " is taken (expected: 71 random bits to be new)");
        }
        return owned.info(roles);
    }

    private PrincipalStore.Row newOwner(NewKey wanted) {
        return new PrincipalStore.Row(
                wanted.owner(), wanted.kind().orElseThrow(), String.join(" ", wanted.roles()), clock.instant(), null);
    }

    private KeyStore.Row row(ApiKey key, NewKey wanted, @Nullable String creator) {
        return new KeyStore.Row(
                key.id(),
                wanted.owner(),
                wanted.name(),
                key.hash(),
                key.hint(),
                wanted.roles().isEmpty() ? null : String.join(" ", wanted.roles()),
                wanted.permissions().isEmpty() ? null : String.join(" ", wanted.permissions()),
                clock.instant(),
                creator,
                wanted.expiresAt().orElse(null));
    }

    /** Whether there is no key at all. */
    boolean isEmpty() {
        return database.jdbi().withHandle(keys::isEmpty);
    }

    /**
     * Makes the first key, of a principal that may do everything.
     *
     * @return false when there is a key by now; nothing is changed then
     */
    boolean adopt(ApiKey key, String ownerId) {
        return database.jdbi().inTransaction(handle -> {
            // The lock on the owner's row lets one node at a time look whether there is a key.
            principals.upsert(handle, new PrincipalStore.Row(ownerId, Kind.HUMAN, Roles.ADMIN, clock.instant(), null));
            boolean first = keys.isEmpty(handle);
            if (first) {
                NewKey bootstrap =
                        new NewKey("bootstrap", ownerId, Optional.empty(), List.of(), List.of(), Optional.empty());
                keys.insert(handle, row(key, bootstrap, null));
            } else {
                handle.rollback();
            }
            return first;
        });
    }
}
