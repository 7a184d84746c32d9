package dev.busbar.host.access;

import dev.busbar.host.authorization.Roles;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.StoreException;
import dev.busbar.host.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jspecify.annotations.Nullable;

/**
 * Changes of who may what: one after the other over all nodes, in transactions. Counts those of this node, so that what
 * was read before one of them can be told from what was read after. Safe for any number of threads.
 */
final class AccessStore {
    private static final Duration LASTING = Duration.ofDays(1);
    private static final Duration PAUSE = Duration.ofMillis(500);
    /** Longer than a connection is waited for, so that one thread waits and not all. */
    private static final Duration PROBE = Duration.ofSeconds(15);

    private static final RowMapper<Held> HELD = ConstructorMapper.of(Held.class);

    private final Database database;
    private final AtomicLong changes = new AtomicLong();
    /** Whether the last read failed, and when the next one may be tried. */
    private volatile boolean isAway;

    private final AtomicLong retryNanos = new AtomicLong();

    /**
     * A key that is not narrowed to permissions.
     *
     * @param owned the roles of its owner
     * @param narrowed the roles of the key; null for all of its owner's
     */
    private record Held(
            String owned,
            @Nullable String narrowed,
            @Nullable Instant expiresAt,
            @Nullable String allowedFrom) {
        boolean isAdmin() {
            return AccessStore.isAdmin(owned) && AccessStore.isAdmin(narrowed);
        }
    }

    AccessStore(Database database) {
        this.database = database;
    }

    /** Changes something, alone. */
    <T> T change(Transaction.Work<T> work) {
        try {
            return database.change(transaction -> {
                transaction.handle().execute("update access_change set version = version + 1 where id = 1");
                return work.in(transaction);
            });
        } finally {
            changes.incrementAndGet();
        }
    }

    /**
     * Reads something. While the store does not answer, one caller at a time waits for it; the others are told at once.
     *
     * @throws StoreException when the store cannot be read now
     */
    <T> T read(Transaction.Work<T> work) {
        long next = retryNanos.get();
        boolean away = isAway;
        if (away && (System.nanoTime() - next < 0 || !retryNanos.compareAndSet(next, next(PROBE)))) {
            throw new StoreException("principals, roles and keys cannot be read now");
        }
        try {
            T found = database.read(work);
            isAway = false;
            return found;
        } catch (JdbiException e) {
            retryNanos.set(next(PAUSE));
            isAway = true;
            throw new StoreException("principals, roles and keys cannot be read now: " + e.getMessage(), e);
        }
    }

    private static long next(Duration pause) {
        return System.nanoTime() + pause.toNanos();
    }

    /** Something has changed without {@link #change}. */
    void changed() {
        changes.incrementAndGet();
    }

    /** Does what can wait; answers what kept it from being done. */
    Optional<String> attempt(Transaction.Work<?> work) {
        try {
            Object unused = database.read(work::in);
            return Optional.empty();
        } catch (JdbiException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** How many changes this node has made. */
    long changes() {
        return changes.get();
    }

    /** Whether there is anybody who may do everything. */
    Admins admins(Transaction transaction, Instant now) {
        return admins(transaction, now, "");
    }

    /** The same, were it not for one key. */
    Admins adminsWithout(Transaction transaction, Instant now, String keyId) {
        return admins(transaction, now, keyId);
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
                .map(HELD)
                .filter(Held::isAdmin)
                .map(held -> lasts(held.expiresAt(), held.allowedFrom(), now))
                .list();
        boolean lasting = ends.stream().anyMatch(end -> end.isAfter(now.plus(LASTING)));
        return ends.isEmpty() ? Admins.NONE : lasting ? Admins.LASTING : Admins.SOME;
    }

    /** A key that opens nothing from where one may be just then is as good as one that ends now. */
    private static Instant lasts(@Nullable Instant end, @Nullable String allowedFrom, Instant now) {
        return allowedFrom != null ? now : end == null ? Instant.MAX : end;
    }

    private static boolean isAdmin(@Nullable String roles) {
        return roles == null || RoleStore.words(roles).contains(Roles.ADMIN);
    }

    /** Who is there to do everything: enabled principals of the role {@code admin} with a key that is not narrowed. */
    enum Admins {
        /** Nobody. */
        NONE,
        /** Somebody whose key ends soon, or may be used from some addresses only. */
        SOME,
        /** Somebody with a key that lasts. */
        LASTING;

        /** Whether a change from this to that takes the way in away, or all but a narrow one. */
        boolean losesTo(Admins after) {
            return after.compareTo(this) < 0;
        }
    }
}
