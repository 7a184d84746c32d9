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

/** Principals. Safe for any number of threads; statements run on the handle they are given. */
final class PrincipalStore {
    private static final String SELECT =
            "select id, kind, roles, name, created_at, disabled_at, deleted_at from principal";
    private static final String INSERT = "insert into principal (id, kind, roles, name, created_at, disabled_at,"
            + " deleted_at) values (:id, :kind, :roles, :name, :createdAt, :disabledAt, :deletedAt)";
    private static final String UPDATE = "update principal set kind = :kind, roles = :roles, name = :name,"
            + " disabled_at = :disabledAt, deleted_at = :deletedAt where id = :id";

    private static final RowMapper<Row> ROWS = ConstructorMapper.of(Row.class);

    private final Database database;

    /**
     * A principal as it is stored.
     *
     * @param roles names separated by one space
     * @param name how people call it
     * @param disabledAt since when it may do nothing; {@code null} while it may
     * @param deletedAt since when it is only there so that nobody else gets its id
     */
    record Row(
            String id,
            Kind kind,
            String roles,
            @Nullable String name,
            Instant createdAt,
            @Nullable Instant disabledAt,
            @Nullable Instant deletedAt) {
        /** A new principal without a name. */
        static Row of(String id, Kind kind, String roles, Instant createdAt) {
            return new Row(id, kind, roles, null, createdAt, null, null);
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

    /** One that may be deleted. */
    Optional<Row> find(Transaction transaction, String id) {
        return transaction
                .handle()
                .createQuery(SELECT + " where id = :id")
                .bind("id", id)
                .map(ROWS)
                .findOne();
    }

    /** All but the deleted ones, by id, behind one. */
    List<Row> list(Transaction transaction, String after, int most) {
        return transaction
                .handle()
                .createQuery(SELECT + " where deleted_at is null and id > :after order by id limit :most")
                .bind("after", after)
                .bind("most", most)
                .map(ROWS)
                .list();
    }

    /** Ids of those that hold a role. */
    List<String> holding(Transaction transaction, String role) {
        return transaction
                .handle()
                .createQuery(SELECT + " where deleted_at is null order by id")
                .map(ROWS)
                .filter(row -> row.roleNames().contains(role))
                .map(Row::id)
                .list();
    }

    /** Whether it was new. */
    boolean insert(Transaction transaction, Row row) {
        return database.insert(transaction.handle(), INSERT, row);
    }

    /** Makes a principal be as it says, and locks its row until the transaction ends. */
    void upsert(Transaction transaction, Row row) {
        database.upsert(transaction.handle(), UPDATE, INSERT, row);
    }
}
