package dev.busbar.host.reads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import dev.busbar.host.store.StoreException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jdbi.v3.core.ConnectionException;
import org.junit.jupiter.api.Tag;

/** Reads of a store that hangs, fails, and comes back. */
@Tag("race")
class StoreReadsTest {
    private final Queue<Runnable> hanging = new ArrayDeque<>();
    private int hang;
    private long now = -7;

    /** The next reads hang, as many as the test says. */
    private StoreReads reads(Database database) {
        return new StoreReads(
                database,
                task -> {
                    if (hang > 0) {
                        hang--;
                        hanging.add(task);
                    } else {
                        task.run();
                    }
                },
                () -> now);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private static <T> T fail(String state) {
        throw new ConnectionException(new SQLException("down", state));
    }

    private static int one(StoreReads reads) {
        return reads.read(transaction -> 1);
    }

    @EachDatabase
    void one_dead_connection_keeps_no_other_caller_on_old_results(Database database) {
        StoreReads reads = reads(database);
        hang = 1;
        assertThatThrownBy(() -> reads.await(() -> 1, true)).isInstanceOf(StoreException.class);
        pass(Duration.ofMillis(1));

        assertThat(reads.isSlow()).as("until it was tried again").isTrue();

        assertThat(hanging).hasSize(1);
        assertThat(reads.isSlow()).isFalse();
        pass(Duration.ofSeconds(10));
        assertThat(reads.await(() -> one(reads), true)).isEqualTo(1);
        assertThat(reads.change(() -> 2)).isEqualTo(2);
        pass(Duration.ofMillis(1));
        hang = 1;
        assertThatThrownBy(() -> reads.await(() -> 1, true)).isInstanceOf(StoreException.class);
        assertThat(reads.isSlow()).as("the next one").isTrue();
    }

    @EachDatabase
    void a_store_that_hangs_refuses_changes_and_new_reads_at_once_after_a_while(Database database) {
        StoreReads reads = reads(database);
        hang = Integer.MAX_VALUE;
        assertThatThrownBy(() -> reads.await(() -> 1, true)).isInstanceOf(StoreException.class);
        for (int i = 0; i < 10; i++) {
            assertThat(reads.isSlow()).isTrue();
            pass(Duration.ofMillis(300));
        }

        assertThatThrownBy(() -> reads.change(() -> 1)).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> reads.await(() -> 1, false)).isInstanceOf(StoreException.class);
        assertThat(hanging).as("the read, and one probe").hasSize(2);
    }

    @EachDatabase
    void a_change_that_succeeds_ends_an_outage(Database database) {
        StoreReads reads = reads(database);
        assertThatThrownBy(() -> reads.read(transaction -> fail("08006"))).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> one(reads)).as("at once").isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> reads.change(() -> 1)).as("at once").isInstanceOf(StoreException.class);
        pass(Duration.ofMillis(501));

        assertThat(reads.change(() -> 1)).isEqualTo(1);

        assertThat(one(reads)).isEqualTo(1);
    }

    @EachDatabase
    void an_outage_goes_on_after_a_change_that_fails_and_is_tried_again_soon(Database database) {
        StoreReads reads = reads(database);
        assertThatThrownBy(() -> reads.read(transaction -> fail("08006"))).isInstanceOf(StoreException.class);
        pass(Duration.ofMillis(501));
        assertThatThrownBy(() -> reads.change(() -> fail("08006"))).isInstanceOf(ConnectionException.class);

        assertThatThrownBy(() -> one(reads)).isInstanceOf(StoreException.class);
        pass(Duration.ofMillis(501));

        assertThat(one(reads)).isEqualTo(1);
    }

    @EachDatabase
    void a_statement_that_the_store_refuses_is_an_answer(Database database) {
        StoreReads reads = reads(database);
        assertThatThrownBy(() -> reads.read(transaction -> fail("08006"))).isInstanceOf(StoreException.class);
        pass(Duration.ofMillis(501));

        assertThatThrownBy(() -> reads.read(transaction -> fail("42601"))).isInstanceOf(ConnectionException.class);

        assertThat(one(reads)).isEqualTo(1);
    }

    @EachDatabase
    void a_full_disk_refuses_changes_and_no_reads(Database database) {
        StoreReads reads = reads(database);

        assertThatThrownBy(() -> reads.change(() -> fail("53100"))).isInstanceOf(ConnectionException.class);

        assertThat(one(reads)).isEqualTo(1);
        assertThat(reads.isSlow()).isFalse();
    }
}
