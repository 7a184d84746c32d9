package dev.busbar.host.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.desired.Origin;
import dev.busbar.host.node.Node;
import dev.busbar.host.node.NodeLease;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import dev.busbar.host.store.Transaction;
import java.time.Clock;
import java.time.Duration;

final class InboxStoreTest {
    private static final Node NODE = new Node("node-a");
    private static final Node OTHER = new Node("node-b");
    private static final String FIRST = "1".repeat(64);
    private static final String SECOND = "2".repeat(64);
    private static final String THIRD = "3".repeat(64);

    private static String nodeOfBilling(Database database) {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("select node from plugin_desired where plugin_id = 'billing'")
                        .mapTo(String.class)
                        .one());
    }

    @EachDatabase
    void a_file_is_recorded_with_the_transaction_that_installs_its_jar(Database database) {
        InboxStore inbox = new InboxStore(database, NODE, Clock.systemUTC());
        Origin origin = new Origin(Origin.Source.FOLDER, "billing.jar", NODE.name());

        database.jdbi().useTransaction(handle -> inbox.applied(new Transaction(handle), origin, FIRST, "billing"));

        assertThat(inbox.all(Origin.Source.FOLDER))
                .containsExactly(new InboxStore.Entry("FOLDER", "billing.jar", FIRST, "billing"));
    }

    @EachDatabase
    void the_inbox_remembers_each_file_of_each_source_once(Database database) {
        InboxStore inbox = new InboxStore(database, NODE, Clock.systemUTC());
        inbox.put(new InboxStore.Entry("FOLDER", "a.jar", FIRST, "billing"));
        inbox.put(new InboxStore.Entry("FOLDER", "a.jar", SECOND, "billing"));
        inbox.put(new InboxStore.Entry("BUNDLED", "a.jar", THIRD, ""));

        assertThat(inbox.all(Origin.Source.FOLDER))
                .containsExactly(new InboxStore.Entry("FOLDER", "a.jar", SECOND, "billing"));
        inbox.remove(Origin.Source.FOLDER, "a.jar");
        assertThat(inbox.all(Origin.Source.FOLDER)).isEmpty();
        assertThat(inbox.all(Origin.Source.BUNDLED)).hasSize(1);
    }

    @EachDatabase
    void each_node_remembers_its_own_files(Database database) {
        InboxStore inbox = new InboxStore(database, NODE, Clock.systemUTC());
        InboxStore other = new InboxStore(database, OTHER, Clock.systemUTC());
        inbox.put(new InboxStore.Entry("FOLDER", "a.jar", FIRST, "billing"));
        other.put(new InboxStore.Entry("FOLDER", "a.jar", SECOND, "billing"));

        assertThat(inbox.all(Origin.Source.FOLDER))
                .containsExactly(new InboxStore.Entry("FOLDER", "a.jar", FIRST, "billing"));
        other.remove(Origin.Source.FOLDER, "a.jar");
        assertThat(inbox.all(Origin.Source.FOLDER)).hasSize(1);
        assertThat(other.all(Origin.Source.FOLDER)).isEmpty();
    }

    @EachDatabase
    void files_of_an_earlier_version_go_to_the_node_that_has_them(Database database) {
        InboxStore legacy = new InboxStore(database, NODE, Clock.systemUTC());
        legacy.put(new InboxStore.Entry("FOLDER", "billing.jar", FIRST, "billing"));
        legacy.put(new InboxStore.Entry("FOLDER", "gone.jar", SECOND, "audit"));
        database.jdbi().useHandle(handle -> {
            handle.execute("update folder_file set node = ''");
            handle.execute(
                    "insert into plugin_desired (plugin_id, sha256, version, enabled, source, file_name, state_schema,"
                            + " served, changed_at, revision) values ('billing', ?, '1.0.0', true, 'FOLDER',"
                            + " 'billing.jar', 0, true, ?, 1)",
                    FIRST,
                    Clock.systemUTC().instant());
        });

        new InboxStore(database, NODE, Clock.systemUTC()).adopt(Origin.Source.FOLDER, "billing.jar"::equals);

        assertThat(legacy.all(Origin.Source.FOLDER))
                .contains(new InboxStore.Entry("FOLDER", "billing.jar", FIRST, "billing"))
                .hasSize(database.isShared() ? 1 : 2);
        assertThat(nodeOfBilling(database)).isEqualTo(NODE.name());
        new InboxStore(database, OTHER, Clock.systemUTC()).adopt(Origin.Source.FOLDER, name -> true);
        assertThat(nodeOfBilling(database)).isEqualTo(NODE.name());
    }

    @EachDatabase
    void the_files_of_a_node_that_is_not_expected_back_are_forgotten(Database database) {
        InboxStore other = new InboxStore(database, OTHER, Clock.systemUTC());
        other.put(new InboxStore.Entry("FOLDER", "a.jar", FIRST, "billing"));
        NodeLease.take(OTHER, database, Duration.ZERO).close();
        InboxStore inbox = new InboxStore(database, NODE, Clock.systemUTC());
        inbox.adopt(Origin.Source.FOLDER, name -> true);
        assertThat(other.all(Origin.Source.FOLDER)).hasSize(1);

        Clock later = Clock.offset(Clock.systemUTC(), Duration.ofDays(91));
        new InboxStore(database, NODE, later).adopt(Origin.Source.FOLDER, name -> true);

        assertThat(other.all(Origin.Source.FOLDER)).isEmpty();
    }
}
