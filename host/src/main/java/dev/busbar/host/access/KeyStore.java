package dev.busbar.host.access;

import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.mapper.Nested;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** Store of API keys, each with the facts of its owner. Safe for any number of threads. */
final class KeyStore {
    private static final String SELECT = "select k.id, k.principal_id, k.name, k.hash, k.hint, k.roles, k.permissions,"
            + " k.created_at, k.created_by, k.expires_at, k.revoked_at, k.allowed_from, k.rate_plan, k.rotated_from, k.root_id,"
            + " k.last_used_at, k.last_used_from, s.id as rotated_to, p.kind as owner_kind, p.roles as owner_roles,"
            + " p.disabled_at is null and p.deleted_at is null as owner_is_active"
            + " from api_key k join principal p on p.id = k.principal_id left join api_key s on s.rotated_from = k.id";

    private static final RowMapper<Found> KEYS = ConstructorMapper.of(Found.class);

    private final Database database;

    /**
     * A key as it is stored.
     *
     * @param hash SHA-256 of the whole key
     * @param roles names separated by one space; {@code null} for all roles of the owner
     * @param permissions separated by one space; {@code null} for all permissions of the roles
     * @param allowedFrom ranges of addresses separated by one space; {@code null} for all
     * @param rotatedFrom id of its predecessor
     * @param rootId id of the first key of that chain; {@code null} without a predecessor
     */
    record KeyRow(
            String id,
            String principalId,
            String name,
            byte[] hash,
            String hint,
            @Nullable String roles,
            @Nullable String permissions,
            Instant createdAt,
            @Nullable String createdBy,
            @Nullable Instant expiresAt,
            @Nullable Instant revokedAt,
            @Nullable String allowedFrom,
            @Nullable String ratePlan,
            @Nullable String rotatedFrom,
            @Nullable String rootId) {
        /** The id of the first key in the chain of rotations; its own if there is no other. */
        String root() {
            return rootId == null ? id : rootId;
        }

        /** The row of the successor of this key. */
        KeyRow successor(ApiKey key, String creator, Instant now, @Nullable Instant end) {
            return new KeyRow(
                    key.id(),
                    principalId,
                    name,
                    key.hash(),
                    key.hint(),
                    roles,
                    permissions,
                    now,
                    creator,
                    end,
                    null,
                    allowedFrom,
                    ratePlan,
                    id,
                    root());
        }

        /** A copy that ends at a time, or earlier if it did. */
        KeyRow endingAt(Instant end) {
            boolean sooner = expiresAt != null && expiresAt.isBefore(end);
            return changed(name, permissions, sooner ? expiresAt : end, allowedFrom, ratePlan);
        }

        KeyRow changed(
                String newName,
                @Nullable String newPermissions,
                @Nullable Instant newEnd,
                @Nullable String newAllowedFrom,
                @Nullable String newRatePlan) {
            return new KeyRow(
                    id,
                    principalId,
                    newName,
                    hash,
                    hint,
                    roles,
                    newPermissions,
                    createdAt,
                    createdBy,
                    newEnd,
                    revokedAt,
                    newAllowedFrom,
                    newRatePlan,
                    rotatedFrom,
                    rootId);
        }
    }

    /** The columns of {@link #SELECT}. */
    private record Found(
            @Nested KeyRow key,
            @Nested("owner") OwnedKey.Owner owner,
            @Nested OwnedKey.History history) {
        OwnedKey owned() {
            return new OwnedKey(key, owner, history);
        }
    }

    /** The last use of a key. */
    record Use(String id, Instant at, String from) {}

    KeyStore(Database database) {
        this.database = database;
    }

    Optional<OwnedKey> find(Transaction transaction, String id) {
        return transaction
                .handle()
                .createQuery(SELECT + " where k.id = :id")
                .bind("id", id)
                .map(KEYS)
                .map(Found::owned)
                .findOne();
    }

    /** A key by id and hash. */
    Optional<OwnedKey> find(Transaction transaction, String id, byte[] hash) {
        return transaction
                .handle()
                .createQuery(SELECT + " where k.id = :id and k.hash = :hash")
                .bind("id", id)
                .bind("hash", hash)
                .map(KEYS)
                .map(Found::owned)
                .findOne();
    }

    /** The newest key of a chain of rotations, by the id of the first. */
    Optional<OwnedKey> newest(Transaction transaction, String rootId) {
        return transaction
                .handle()
                .createQuery(SELECT + " where (k.id = :root or k.root_id = :root) and s.id is null")
                .bind("root", rootId)
                .map(KEYS)
                .map(Found::owned)
                .findFirst();
    }

    /** The keys that a principal created, the oldest first. */
    List<OwnedKey> createdBy(Transaction transaction, String principalId) {
        return transaction
                .handle()
                .createQuery(SELECT + " where k.created_by = :creator order by k.created_at, k.id")
                .bind("creator", principalId)
                .map(KEYS)
                .map(Found::owned)
                .list();
    }

    /** All keys, the oldest first. */
    List<OwnedKey> list(Transaction transaction) {
        return transaction
                .handle()
                .createQuery(SELECT + " order by k.created_at, k.id")
                .map(KEYS)
                .map(Found::owned)
                .list();
    }

    boolean isEmpty(Transaction transaction) {
        return transaction
                        .handle()
                        .createQuery("select count(*) from api_key")
                        .mapTo(Long.class)
                        .one()
                == 0;
    }

    /** Inserts a key; false if its id exists already. */
    boolean insert(Transaction transaction, KeyRow row) {
        return database.insert(
                transaction.handle(),
                "insert into api_key (id, principal_id, name, hash, hint, roles, permissions, created_at, created_by,"
                        + " expires_at, revoked_at, allowed_from, rate_plan, rotated_from, root_id) values (:id, :principalId,"
                        + " :name, :hash, :hint, :roles, :permissions, :createdAt, :createdBy, :expiresAt, :revokedAt,"
                        + " :allowedFrom, :ratePlan, :rotatedFrom, :rootId)",
                row);
    }

    /** Updates the columns that can change. */
    void update(Transaction transaction, KeyRow row) {
        transaction
                .handle()
                .createUpdate("update api_key set name = :name, permissions = :permissions, expires_at = :expiresAt,"
                        + " allowed_from = :allowedFrom, rate_plan = :ratePlan where id = :id")
                .bind("name", row.name())
                .bind("permissions", row.permissions())
                .bind("expiresAt", row.expiresAt())
                .bind("allowedFrom", row.allowedFrom())
                .bind("ratePlan", row.ratePlan())
                .bind("id", row.id())
                .execute();
    }

    /** Revokes a key; one that was revoked keeps its time. */
    void revoke(Transaction transaction, String id, Instant at) {
        transaction
                .handle()
                .createUpdate("update api_key set revoked_at = :at where id = :id and revoked_at is null")
                .bind("at", at)
                .bind("id", id)
                .execute();
    }

    /**
     * Registers the handler of revocations that could not be stored at once.
     *
     * @param pending receives the id of a key whose revocation an earlier process could not store
     */
    void register(AuditTrail audit, Consumer<String> pending) {
        audit.register(
                Keys.REVOCATION,
                (transaction, payload) -> {
                    String[] parts = payload.split(" ", 2);
                    revoke(transaction, parts[0], Instant.parse(parts[1]));
                },
                payload -> pending.accept(payload.split(" ", 2)[0]));
    }

    /** Revokes all keys of a principal; returns their count. */
    int revokeAll(Transaction transaction, String principalId, Instant at) {
        return transaction
                .handle()
                .createUpdate("update api_key set revoked_at = :at where principal_id = :id and revoked_at is null")
                .bind("at", at)
                .bind("id", principalId)
                .execute();
    }

    /** Stores the last uses of keys. */
    void used(Transaction transaction, List<Use> uses) {
        PreparedBatch batch = transaction
                .handle()
                .prepareBatch("update api_key set last_used_at = :at, last_used_from = :from where id = :id");
        uses.forEach(use -> batch.add(Map.of("at", use.at(), "from", use.from(), "id", use.id())));
        batch.execute();
    }
}
