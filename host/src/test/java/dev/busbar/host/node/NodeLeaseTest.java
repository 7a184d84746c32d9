package dev.busbar.host.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.store.Database;
import dev.busbar.host.store.Databases;
import dev.busbar.host.store.EachDatabase;
import dev.busbar.host.store.StoreSettings;
import dev.busbar.host.testing.StallingProxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class NodeLeaseTest {
    private static final Node NODE = new Node("node-a");

    private static NodeLease take(Database database) {
        return NodeLease.take(NODE, database, Duration.ZERO);
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
        try (Database database = Databases.open(Databases.postgresql())) {
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
    void a_jump_of_the_stores_clock_does_not_give_the_name_of_a_running_host_away() throws InterruptedException {
        ScheduledExecutorService beats = Executors.newSingleThreadScheduledExecutor();
        try (Database database = Databases.open(Databases.postgresql())) {
            NodeLease running = take(database);
            database.jdbi()
                    .useHandle(handle ->
                            handle.execute("update node set seen_at = current_timestamp - interval '1' year"));
            beats.schedule(running::beat, 500, TimeUnit.MILLISECONDS);

            assertThatThrownBy(() -> take(database)).hasMessageContaining("belongs to a host that is running");
        } finally {
            beats.shutdownNow();
            assertThat(beats.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void a_host_that_cannot_reach_the_store_does_not_take_the_name_of_another_one() throws Exception {
        StoreSettings server = Databases.postgresql();
        try (StallingProxy proxy = new StallingProxy(Databases.port(server));
                Database database = Database.open(server);
                Database far =
                        Database.open(StoreSettings.of(Databases.through(proxy.port(), server), server.user(), ""))) {
            NodeLease running = take(database);
            CompletableFuture<NodeLease> copy = CompletableFuture.supplyAsync(() -> take(far));
            proxy.stall();
            assertThat(copy).failsWithin(20, TimeUnit.SECONDS);
            proxy.resume();
            running.beat();
            assertThat(running.isLost()).isFalse();
        }
    }

    @Test
    void a_process_that_was_suspended_asks_for_its_name_before_it_uses_it() {
        AtomicLong nanos = new AtomicLong();
        try (Database database = Databases.open(Databases.postgresql())) {
            NodeLease suspended = NodeLease.take(NODE, database, Duration.ZERO, nanos::get);
            take(database);
            assertThat(suspended.isLost()).as("right after its last beat").isFalse();

            nanos.addAndGet(NodeLease.WATCH.toNanos() + 1);

            assertThat(suspended.isLost()).isTrue();
        }
    }

    @EachDatabase
    void a_host_whose_database_was_restored_has_its_name_again_after_the_watch(Database database) {
        AtomicLong nanos = new AtomicLong();
        NodeLease running = NodeLease.take(NODE, database, Duration.ZERO, nanos::get);
        database.jdbi().useHandle(handle -> handle.execute("update node set incarnation = 'of-last-week', beat = 7"));

        for (int beat = 0; beat < 5; beat++) {
            nanos.addAndGet(NodeLease.BEAT.toNanos());
            running.beat();
        }

        assertThat(running.isLost()).isFalse();
        long beat = database.jdbi().withHandle(handle -> handle.createQuery("select beat from node")
                .mapTo(Long.class)
                .one());
        assertThat(beat).isGreaterThan(7);
    }

    @Test
    void a_host_does_not_take_its_name_back_from_one_that_beats() {
        AtomicLong nanos = new AtomicLong();
        try (Database database = Databases.open(Databases.postgresql())) {
            NodeLease loser = NodeLease.take(NODE, database, Duration.ZERO, nanos::get);
            NodeLease winner = take(database);

            for (int beat = 0; beat < 10; beat++) {
                nanos.addAndGet(NodeLease.BEAT.toNanos());
                winner.beat();
                loser.beat();
            }

            assertThat(loser.isLost()).isTrue();
            assertThat(winner.isLost()).isFalse();
        }
    }

    @Test
    void a_store_that_does_not_answer_for_a_while_delays_the_start() throws Exception {
        StoreSettings server = Databases.postgresql();
        try (StallingProxy proxy = new StallingProxy(Databases.port(server));
                Database far = Database.open(new StoreSettings(
                        Databases.through(proxy.port(), server),
                        server.user(),
                        "",
                        2,
                        Duration.ofSeconds(1),
                        Duration.ZERO))) {
            proxy.stall();
            CompletableFuture<NodeLease> start =
                    CompletableFuture.supplyAsync(() -> NodeLease.take(NODE, far, Duration.ofSeconds(30)));
            CompletableFuture.runAsync(proxy::resume, CompletableFuture.delayedExecutor(3, TimeUnit.SECONDS))
                    .join();

            assertThat(start).succeedsWithin(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void of_two_copies_that_start_at_once_one_gets_the_name() throws Exception {
        try (Database database = Databases.open(Databases.postgresql())) {
            CompletableFuture<NodeLease> one = CompletableFuture.supplyAsync(() -> take(database));
            CompletableFuture<NodeLease> other = CompletableFuture.supplyAsync(() -> take(database));

            NodeLease first = (NodeLease) CompletableFuture.anyOf(one, other).get(10, TimeUnit.SECONDS);
            await().until(() -> {
                first.beat();
                return one.isDone() && other.isDone();
            });

            assertThat(one.isCompletedExceptionally()).isNotEqualTo(other.isCompletedExceptionally());
            assertThat(first.isLost()).isFalse();
        }
    }
}
