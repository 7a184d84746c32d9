package dev.busbar.host.starts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.node.Node;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;

final class StartStoreTest {
    private static final Node NODE = new Node("node-a");
    private static final Node OTHER = new Node("node-b");
    private static final String FIRST = "1".repeat(64);
    private static final String SECOND = "2".repeat(64);

    @EachDatabase
    void crashes_weigh_by_how_many_were_being_started(Database database) {
        StartStore starts = new StartStore(database, NODE, Clock.systemUTC());
        starts.begin(FIRST, "billing", "1.0.0");
        starts.begin(SECOND, "audit", "1.0.0");

        starts = new StartStore(database, NODE, Clock.systemUTC());
        starts.recall();
        assertThat(starts.weight(FIRST)).isOne();
        assertThat(starts.weight(SECOND)).isOne();
        starts.end(SECOND);
        starts.begin(FIRST, "billing", "1.0.0");

        starts = new StartStore(database, NODE, Clock.systemUTC());
        starts.recall();
        assertThat(starts.crashes(FIRST)).isEqualTo(2);
        assertThat(starts.weight(FIRST)).isEqualTo(3);
        assertThat(starts.weight(SECOND)).isZero();
    }

    @EachDatabase
    void a_stop_in_good_order_holds_nothing_against_a_start_and_an_exit_does(Database database) {
        StartStore starts = new StartStore(database, NODE, Clock.systemUTC());
        starts.begin(FIRST, "billing", "1.0.0");
        starts.begin(SECOND, "audit", "1.0.0");
        starts.close(Set.of("audit"));

        starts = new StartStore(database, NODE, Clock.systemUTC());
        starts.recall();
        assertThat(starts.weight(FIRST)).isZero();
        assertThat(starts.weight(SECOND)).isEqualTo(2);
    }

    @EachDatabase
    void crashes_of_digests_that_nothing_refers_to_are_forgotten(Database database) {
        Clock then = Clock.offset(Clock.systemUTC(), Duration.ofHours(-2));
        StartStore before = new StartStore(database, NODE, then);
        before.begin(FIRST, "billing", "1.0.0");
        before.begin(SECOND, "audit", "1.0.0");
        database.jdbi()
                .useHandle(handle -> handle.execute(
                        "insert into folder_file (node, source, file_name, sha256, plugin_id, seen_at)"
                                + " values (?, 'FOLDER', 'audit.jar', ?, 'audit', ?)",
                        NODE.name(),
                        SECOND,
                        then.instant()));

        StartStore starts = new StartStore(database, NODE, Clock.systemUTC());
        starts.recall();
        assertThat(starts.weight(FIRST)).as("still to be met").isPositive();

        starts = new StartStore(database, NODE, Clock.systemUTC());
        starts.recall();
        assertThat(starts.weight(FIRST)).isZero();
        assertThat(starts.weight(SECOND)).isPositive();
    }

    @EachDatabase
    void a_start_under_way_on_one_node_is_no_crash_on_another(Database database) {
        StartStore running = new StartStore(database, NODE, Clock.systemUTC());
        running.begin(FIRST, "billing", "1.0.0");

        StartStore other = new StartStore(database, OTHER, Clock.systemUTC());
        other.recall();
        other.begin(FIRST, "billing", "1.0.0");
        other.close(Set.of());

        assertThat(other.crashes(FIRST)).isZero();
        StartStore after = new StartStore(database, NODE, Clock.systemUTC());
        after.recall();
        assertThat(after.crashes(FIRST)).isOne();
    }
}
