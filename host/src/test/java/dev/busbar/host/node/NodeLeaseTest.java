package dev.busbar.host.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.store.Database;
import dev.busbar.host.store.Databases;
import dev.busbar.host.store.EachDatabase;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class NodeLeaseTest {
    private static final Node NODE = new Node("node-a");

    private static NodeLease take(Database database) {
        return NodeLease.take(NODE, database, Clock.systemUTC());
    }

    @EachDatabase
    void a_name_is_free_again_when_its_host_has_stopped(Database database) {
        NodeLease first = take(database);
        first.beat();
        assertThat(first.isLost()).isFalse();
        first.close();

        NodeLease second = take(database);
        second.beat();

        assertThat(second.isLost()).isFalse();
    }

    @EachDatabase
    void a_host_that_was_killed_is_followed_by_the_next_one_and_would_notice(Database database) {
        NodeLease killed = take(database);

        NodeLease next = take(database);

        next.beat();
        assertThat(next.isLost()).isFalse();
        killed.beat();
        assertThat(killed.isLost()).isTrue();
        killed.close();
        next.beat();
        assertThat(next.isLost()).isFalse();

        next.close();
        killed.beat();
        assertThat(killed.isLost()).isFalse();
    }

    @Test
    void a_copied_data_directory_is_refused_while_the_original_runs() throws InterruptedException {
        ScheduledExecutorService beats = Executors.newSingleThreadScheduledExecutor();
        try (Database database = Database.open(Databases.postgresql())) {
            NodeLease running = take(database);
            CountDownLatch alive = new CountDownLatch(1);
            beats.scheduleWithFixedDelay(
                    () -> {
                        running.beat();
                        alive.countDown();
                    },
                    0,
                    NodeLease.BEAT.toMillis(),
                    TimeUnit.MILLISECONDS);
            assertThat(alive.await(10, TimeUnit.SECONDS)).isTrue();

            assertThatThrownBy(() -> take(database))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("node name: \"node-a\" belongs to a host that is running")
                    .hasMessageContaining("delete the file \"node\" in the copy");
            running.beat();
            assertThat(running.isLost()).isFalse();
        } finally {
            beats.shutdownNow();
            assertThat(beats.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void of_two_copies_that_start_at_once_one_gets_the_name() {
        try (Database database = Database.open(Databases.postgresql())) {
            CompletableFuture<Boolean> one = CompletableFuture.supplyAsync(() -> takes(database));
            CompletableFuture<Boolean> other = CompletableFuture.supplyAsync(() -> takes(database));

            assertThat(one.join()).isNotEqualTo(other.join());
        }
    }

    private static boolean takes(Database database) {
        try (ScheduledBeats lease = new ScheduledBeats(take(database))) {
            return lease.isAlive();
        } catch (IllegalStateException e) {
            return false;
        }
    }

    /** Beats until the other copy has certainly looked. */
    private record ScheduledBeats(NodeLease lease) implements AutoCloseable {
        boolean isAlive() {
            for (int i = 0; i < 12; i++) {
                CompletableFuture<Void> pause = new CompletableFuture<>();
                pause.completeOnTimeout(null, 500, TimeUnit.MILLISECONDS).join();
                lease.beat();
            }
            return !lease.isLost();
        }

        @Override
        public void close() {
            // Not released: the other copy would get the name then, and rightly so.
        }
    }
}
