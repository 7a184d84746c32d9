package dev.busbar.host.access;

import dev.busbar.host.authorization.PermissionSet;
import dev.busbar.host.authorization.Roles;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** The operator's roles in the store. Safe for any number of threads; statements run in the transaction of the caller. */
final class RoleStore {
    private static final RowMapper<RoleRow> ROWS = ConstructorMapper.of(RoleRow.class);

    private final Database database;

    /**
     * A role as it is stored.
     *
     * @param permissions separated by one space
     */
    record RoleRow(String name, String permissions) {}

    RoleStore(Database database) {
        this.database = database;
    }

    /** The default roles with the stored ones. */
    static Roles roles(Transaction transaction) {
        Map<String, PermissionSet> stored = new HashMap<>();
        transaction
                .handle()
                .createQuery("select name, permissions from role")
                .map(ROWS)
                .forEach(role -> stored.put(role.name(), PermissionSet.of(words(role.permissions()))));
        return Roles.with(stored);
    }

    /** Inserts or updates a role. */
    void upsert(Transaction transaction, RoleRow row) {
        database.upsert(
                transaction.handle(),
                "update role set permissions = :permissions where name = :name",
                "insert into role (name, permissions) values (:name, :permissions)",
                row);
    }

    /** Deletes a role; false if there was none. */
    boolean delete(Transaction transaction, String name) {
        return transaction
                        .handle()
                        .createUpdate("delete from role where name = :name")
                        .bind("name", name)
                        .execute()
                > 0;
    }

    /** The parts of a text that are separated by one space; an empty text has none. */
    static List<String> words(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
    }
}
