package dev.busbar.host.access;

import dev.busbar.host.authorization.Roles;
import dev.busbar.host.reads.StoreReads;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.StoreException;
import dev.busbar.host.store.Transaction;
import dev.busbar.plugin.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jspecify.annotations.Nullable;

/**
 * Transactions on principals, roles and keys: changes run one at a time over all nodes. Counts the changes of this node, so
 * that a cache can tell an entry read before a change from one read after it. Safe for any number of threads.
 */
final class AccessStore {
    private static final Duration LASTING = Duration.ofDays(1);
    private static final RowMapper<UnrestrictedKey> UNRESTRICTED_KEYS = ConstructorMapper.of(UnrestrictedKey.class);

    private final Database database;
    private final StoreReads reads;
    /** Keys that were revoked on this node, perhaps before the store. */
    private final Set<String> revokedHere = ConcurrentHashMap.newKeySet();

    private final List<Consumer<Predicate<Authenticated>>> listeners = new CopyOnWriteArrayList<>();
    private final AtomicLong changes = new AtomicLong();
    private final AtomicLong committed = new AtomicLong();

    /**
     * A key that is not restricted to permissions.
     *
     * @param owned the roles of its owner
     * @param narrowed the roles of the key; null for all roles of its owner
     */
    private record UnrestrictedKey(
            String owned,
            @Nullable String narrowed,
            @Nullable Instant expiresAt,
            @Nullable String allowedFrom) {
        boolean isAdmin() {
            return AccessStore.isAdmin(owned) && AccessStore.isAdmin(narrowed);
        }
    }

    AccessStore(Database database, StoreReads reads) {
        this.database = database;
        this.reads = reads;
    }

    /** Runs a change in a transaction, one at a time over all nodes. */
    <T> T change(Transaction.Work<T> work) {
        try {
            T result = reads.change(() -> database.change(transaction -> {
                transaction.handle().execute("update access_change set version = version + 1 where id = 1");
                return work.in(transaction);
            }));
            committed.incrementAndGet();
            return result;
        } finally {
            changes.incrementAndGet();
        }
    }

    /**
     * Reads on one connection; see {@link StoreReads#read}.
     *
     * @throws StoreException when the store cannot be read now
     */
    <T> T read(Transaction.Work<T> work) {
        return reads.read(work);
    }

    /** Runs work that can be retried later; returns the reason if it failed. */
    Optional<String> attempt(Transaction.Work<?> work) {
        try {
            Object unused = database.read(work::in);
            return Optional.empty();
        } catch (JdbiException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Registers what drops the cached keys that a change was about. */
    void onChange(Consumer<Predicate<Authenticated>> listener) {
        listeners.add(listener);
    }

    /** Notes that keys were changed by a change that this node has made. */
    void changed(Predicate<Authenticated> keys) {
        listeners.forEach(listener -> listener.accept(keys));
    }

    /** Revokes a key on this node, whatever the store has. */
    void revokeHere(String keyId) {
        revokedHere.add(keyId);
    }

    /** True if a key was revoked on this node while the store could not be written. */
    boolean isRevokedHere(String keyId) {
        return revokedHere.contains(keyId);
    }

    /** The count of changes that this node has made or tried. */
    long changes() {
        return changes.get();
    }

    /** The count of changes that this node has made. */
    long committed() {
        return committed.get();
    }

    /** The administrators that there are. */
    Admins admins(Transaction transaction, Instant now) {
        return admins(transaction, now, "");
    }

    /** The administrators that there would be without a key. */
    Admins adminsWithout(Transaction transaction, Instant now, String keyId) {
        return admins(transaction, now, keyId);
    }

    /**
     * Requires administrators to be left by a change that was just made in a transaction.
     *
     * @param before the administrators before the change
     * @throws ProblemException 409
     */
    void requireAdminLeft(Transaction transaction, Admins before, Instant now) {
        if (before.losesTo(admins(transaction, now))) {
            throw ProblemException.conflict("No administrator would be left: an enabled principal with the role admin,"
                    + " and a key that lasts and is not bound to addresses.");
        }
    }

    private static Admins admins(Transaction transaction, Instant now, String withoutKeyId) {
        List<Instant> ends = transaction
                .handle()
                .createQuery("select p.roles as owned, k.roles as narrowed, k.expires_at, k.allowed_from from api_key k"
                        + " join principal p on p.id = k.principal_id"
                        + " where p.disabled_at is null and p.deleted_at is null and k.revoked_at is null"
                        + " and k.permissions is null and (k.expires_at is null or k.expires_at > :now)"
                        + " and k.id <> :without")
                .bind("now", now)
                .bind("without", withoutKeyId)
                .map(UNRESTRICTED_KEYS)
                .filter(UnrestrictedKey::isAdmin)
                .map(key -> lasts(key.expiresAt(), key.allowedFrom(), now))
                .list();
        boolean lasting = ends.stream().anyMatch(end -> end.isAfter(now.plus(LASTING)));
        return ends.isEmpty() ? Admins.NONE : lasting ? Admins.LASTING : Admins.SOME;
    }

    /** The time until which a key is sure to work: a key that is bound to addresses might not work even now. */
    private static Instant lasts(@Nullable Instant end, @Nullable String allowedFrom, Instant now) {
        return allowedFrom != null ? now : end == null ? Instant.MAX : end;
    }

    private static boolean isAdmin(@Nullable String roles) {
        return roles == null || RoleStore.words(roles).contains(Roles.ADMIN);
    }

    /** Administrators: enabled principals with the role {@code admin} and an unrestricted key. */
    enum Admins {
        /** None. */
        NONE,
        /** One whose key expires soon, or is bound to addresses. */
        SOME,
        /** One with a key that lasts. */
        LASTING;

        /** True if a change from this state to another removes the last administrator, or the last with a lasting key. */
        boolean losesTo(Admins after) {
            return after.compareTo(this) < 0;
        }
    }
}
