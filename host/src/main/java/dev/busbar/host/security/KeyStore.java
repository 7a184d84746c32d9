package dev.busbar.host.security;

import dev.busbar.host.store.Database;
import dev.busbar.plugin.Principal.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.Nullable;

/** API keys, with what is needed of their owners. Safe for any number of threads. */
final class KeyStore {
    private static final String SELECT = "select k.id, k.principal_id, k.name, k.hash, k.hint, k.roles, k.permissions,"
            + " k.created_at, k.created_by, k.expires_at, p.kind as owner_kind, p.roles as owner_roles,"
            + " p.disabled_at as owner_disabled_at from api_key k join principal p on p.id = k.principal_id";

    private final Database database;

    /**
     * A key as it is stored.
     *
     * @param hash SHA-256 of the whole key
     * @param roles names separated by one space; {@code null} for all of its owner's
     * @param permissions separated by one space; {@code null} for all that the roles give
     */
    record Row(
            String id,
            String principalId,
            String name,
            byte[] hash,
            String hint,
            @Nullable String roles,
            @Nullable String permissions,
            Instant createdAt,
            @Nullable String createdBy,
            @Nullable Instant expiresAt) {}

    KeyStore(Database database) {
        this.database = database;
    }

    /** The hash of a key; all that is read before it is known to be the right one. */
    Optional<byte[]> hash(Handle handle, String id) {
        return handle.createQuery("select hash from api_key where id = :id")
                .bind("id", id)
                .map((row, context) -> row.getBytes("hash"))
                .findOne();
    }

    Optional<OwnedKey> find(Handle handle, String id) {
        return handle.createQuery(SELECT + " where k.id = :id")
                .bind("id", id)
                .map(KeyStore::map)
                .findOne();
    }

    /** All keys, the oldest first. */
    List<OwnedKey> list() {
        return database.jdbi().withHandle(handle -> handle.createQuery(SELECT + " order by k.created_at, k.id")
                .map(KeyStore::map)
                .list());
    }

    boolean isEmpty(Handle handle) {
        return handle.createQuery("select count(*) from api_key")
                        .mapTo(Long.class)
                        .one()
                == 0;
    }

    /** Whether its id was new. */
    boolean insert(Handle handle, Row row) {
        return database.insert(
                handle,
                "insert into api_key (id, principal_id, name, hash, hint, roles, permissions, created_at, created_by,"
                        + " expires_at) values (:id, :principalId, :name, :hash, :hint, :roles, :permissions,"
                        + " :createdAt, :createdBy, :expiresAt)",
                row);
    }

    private static OwnedKey map(RowView row) {
        Row key = new Row(
                row.getColumn("id", String.class),
                row.getColumn("principal_id", String.class),
                row.getColumn("name", String.class),
                row.getColumn("hash", byte[].class),
                row.getColumn("hint", String.class),
                row.getColumn("roles", String.class),
                row.getColumn("permissions", String.class),
                row.getColumn("created_at", Instant.class),
                row.getColumn("created_by", String.class),
                row.getColumn("expires_at", Instant.class));
        return new OwnedKey(
                key,
                row.getColumn("owner_kind", Kind.class),
                row.getColumn("owner_roles", String.class),
                row.getColumn("owner_disabled_at", Instant.class));
    }
}
