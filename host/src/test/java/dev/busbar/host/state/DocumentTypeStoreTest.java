package dev.busbar.host.state;

import static dev.busbar.host.state.StateRig.BILLS;
import static dev.busbar.host.state.StateRig.BILLS_V1;
import static dev.busbar.host.state.StateRig.NOTES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;

/** The document types of jars while the store is unavailable. */
class DocumentTypeStoreTest {
    private final AtomicBoolean away = new AtomicBoolean();

    private DocumentTypeStore store(Database database) {
        database.jdbi().setSqlLogger(new SqlLogger() {
            @Override
            public void logBeforeExecution(StatementContext context) {
                if (away.get()) {
                    throw new ConnectionException(new SQLException("no connection", "08001"));
                }
            }
        });
        return new DocumentTypeStore(database);
    }

    @EachDatabase
    void a_jar_starts_and_is_rolled_back_to_while_the_store_is_unavailable(Database database) {
        DocumentTypeStore types = store(database);
        types.declare("earlier", List.of(BILLS_V1));

        away.set(true);

        types.declare("earlier", List.of(BILLS_V1));
        types.declare("new", List.of(BILLS, NOTES));
        assertThat(types.unreadable("billing", "earlier")).isEmpty();
    }

    @EachDatabase
    void what_a_jar_has_declared_meanwhile_is_stored_later(Database database) {
        DocumentTypeStore types = store(database);
        away.set(true);
        types.declare("earlier", List.of(BILLS_V1));
        away.set(false);

        types.remember();

        assertThat(rows(database)).containsExactly("earlier bills 1");
        away.set(true);
        types.declare("earlier", List.of(BILLS_V1));
        away.set(false);
        database.jdbi().useHandle(handle -> handle.execute("delete from plugin_document_type"));
        types.remember();
        assertThat(rows(database)).as("nothing was left to be stored").isEmpty();
    }

    private static List<String> rows(Database database) {
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        "select sha256, collection, readable from plugin_document_type")
                .map((row, context) -> row.getString(1) + " " + row.getString(2) + " " + row.getString(3))
                .list());
    }
}
