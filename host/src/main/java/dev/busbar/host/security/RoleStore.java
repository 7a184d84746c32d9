package dev.busbar.host.security;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;

/** The operator's own roles. Stateless; statements run on the handle they are given. */
final class RoleStore {
    private RoleStore() {}

    /** The default roles with the stored ones. */
    static Roles roles(Handle handle) {
        Map<String, PermissionSet> stored = new HashMap<>();
        handle.createQuery("select name, permissions from role")
                .map((RowView row) -> Map.entry(
                        row.getColumn("name", String.class), words(row.getColumn("permissions", String.class))))
                .forEach(role -> stored.put(role.getKey(), PermissionSet.of(role.getValue())));
        return Roles.with(stored);
    }

    /** The parts of a text that are separated by one space; an empty text has none. */
    static List<String> words(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
    }
}
