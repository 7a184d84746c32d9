package dev.busbar.host.access;

import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import dev.busbar.plugin.Principal.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jspecify.annotations.Nullable;

/** The principals in the store. Safe for any number of threads; statements run in the transaction of the caller. */
final class PrincipalStore {
    private static final String SELECT =
            "select id, kind, roles, name, created_at, disabled_at, deleted_at from principal";
    private static final String INSERT = "insert into principal (id, kind, roles, name, created_at, disabled_at,"
            + " deleted_at) values (:id, :kind, :roles, :name, :createdAt, :disabledAt, :deletedAt)";
    private static final String UPDATE = "update principal set kind = :kind, roles = :roles, name = :name,"
            + " disabled_at = :disabledAt, deleted_at = :deletedAt where id = :id";

    private static final RowMapper<PrincipalRow> ROWS = ConstructorMapper.of(PrincipalRow.class);

    private final Database database;

    /**
     * A principal as it is stored.
     *
     * @param roles names separated by one space
     * @param name a name for people
     * @param disabledAt when it was disabled; {@code null} if it is enabled
     * @param deletedAt when it was deleted; the row stays so that the id is not used again
     */
    record PrincipalRow(
            String id,
            Kind kind,
            String roles,
            @Nullable String name,
            Instant createdAt,
            @Nullable Instant disabledAt,
            @Nullable Instant deletedAt) {
        /** A new principal without a name. */
        static PrincipalRow of(String id, Kind kind, String roles, Instant createdAt) {
            return new PrincipalRow(id, kind, roles, null, createdAt, null, null);
        }

        List<String> roleNames() {
            return RoleStore.words(roles);
        }

        boolean isActive() {
            return disabledAt == null && deletedAt == null;
        }
    }

    PrincipalStore(Database database) {
        this.database = database;
    }

    /** A principal, deleted or not. */
    Optional<PrincipalRow> find(Transaction transaction, String id) {
        return transaction
                .handle()
                .createQuery(SELECT + " where id = :id")
                .bind("id", id)
                .map(ROWS)
                .findOne();
    }

    /** The principals after an id that are not deleted, by id. */
    List<PrincipalRow> list(Transaction transaction, String after, int max) {
        return transaction
                .handle()
                .createQuery(SELECT + " where deleted_at is null and id > :after order by id limit :max")
                .bind("after", after)
                .bind("max", max)
                .map(ROWS)
                .list();
    }

    /** The ids of principals with a role. */
    List<String> holding(Transaction transaction, String role) {
        return transaction
                .handle()
                .createQuery(SELECT + " where deleted_at is null order by id")
                .map(ROWS)
                .filter(row -> row.roleNames().contains(role))
                .map(PrincipalRow::id)
                .list();
    }

    /** Inserts a principal; false if its id exists already. */
    boolean insert(Transaction transaction, PrincipalRow row) {
        return database.insert(transaction.handle(), INSERT, row);
    }

    /** Inserts or updates a principal, and locks its row until the transaction ends. */
    void upsert(Transaction transaction, PrincipalRow row) {
        database.upsert(transaction.handle(), UPDATE, INSERT, row);
    }
}
