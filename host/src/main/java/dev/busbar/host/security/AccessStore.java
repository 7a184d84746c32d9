package dev.busbar.host.security;

import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * Changes of who may what: one after the other over all nodes, in transactions. Counts those of this node, so that what
 * was read before one of them can be told from what was read after. Safe for any number of threads.
 */
final class AccessStore {
    private final Database database;
    private final AtomicLong changes = new AtomicLong();

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

    /** Reads something. */
    <T> T read(Transaction.Work<T> work) {
        return database.read(work);
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

    /**
     * Whether there is anybody who may do everything: an enabled principal of the role {@code admin} with a key that is
     * not narrowed, revoked or expired.
     */
    boolean hasAdmin(Transaction transaction, Instant now) {
        return hasAdmin(transaction, now, "");
    }

    /** Whether nobody who may do everything would be left without a key. */
    boolean isLastAdmin(Transaction transaction, Instant now, String keyId) {
        return hasAdmin(transaction, now) && !hasAdmin(transaction, now, keyId);
    }

    private static boolean hasAdmin(Transaction transaction, Instant now, String withoutKeyId) {
        return transaction
                .handle()
                .createQuery("select p.roles as owned, k.roles as narrowed from api_key k"
                        + " join principal p on p.id = k.principal_id"
                        + " where p.disabled_at is null and p.deleted_at is null and k.revoked_at is null"
                        + " and k.permissions is null and (k.expires_at is null or k.expires_at > :now)"
                        + " and k.id <> :without")
                .bind("now", now)
                .bind("without", withoutKeyId)
                .map((row, context) -> isAdmin(row.getString("owned")) && isAdmin(row.getString("narrowed")))
                .list()
                .contains(true);
    }

    private static boolean isAdmin(@Nullable String roles) {
        return roles == null || RoleStore.words(roles).contains(Roles.ADMIN);
    }
}
