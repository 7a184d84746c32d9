package dev.busbar.host.security;

import dev.busbar.host.store.Database;
import dev.busbar.plugin.Principal.Kind;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.Nullable;

/** Principals. Safe for any number of threads; statements run on the handle they are given. */
final class PrincipalStore {
    private static final String INSERT = "insert into principal (id, kind, roles, created_at, disabled_at)"
            + " values (:id, :kind, :roles, :createdAt, :disabledAt)";

    private final Database database;

    /**
     * A principal as it is stored.
     *
     * @param roles names separated by one space
     * @param disabledAt since when it may do nothing; {@code null} while it may
     */
    record Row(
            String id,
            Kind kind,
            String roles,
            Instant createdAt,
            @Nullable Instant disabledAt) {}

    PrincipalStore(Database database) {
        this.database = database;
    }

    Optional<Row> find(Handle handle, String id) {
        return handle.createQuery("select id, kind, roles, created_at, disabled_at from principal where id = :id")
                .bind("id", id)
                .map((RowView row) -> new Row(
                        row.getColumn("id", String.class),
                        row.getColumn("kind", Kind.class),
                        row.getColumn("roles", String.class),
                        row.getColumn("created_at", Instant.class),
                        row.getColumn("disabled_at", Instant.class)))
                .findOne();
    }

    /** Whether it was new. */
    boolean insert(Handle handle, Row row) {
        return database.insert(handle, INSERT, row);
    }

    /** Makes a principal be as it says, and locks its row until the transaction ends. */
    void upsert(Handle handle, Row row) {
        database.upsert(
                handle,
                "update principal set kind = :kind, roles = :roles, disabled_at = :disabledAt where id = :id",
                INSERT,
                row);
    }
}
