package dev.busbar.host.desired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.core.JsonCodec;
import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.node.Node;
import dev.busbar.host.store.Blobs;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import dev.busbar.host.testing.FakeAuditTrail;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

final class DesiredStoreTest {
    private static final Node NODE = new Node("node-a");
    private static final String FIRST = "1".repeat(64);
    private static final String SECOND = "2".repeat(64);
    private static final String THIRD = "3".repeat(64);

    private static Desired billing(String sha256, String version) {
        return new Desired(
                "billing",
                sha256,
                version,
                true,
                new Origin(Origin.Source.FOLDER, "billing.jar", NODE.name()),
                "",
                0,
                true);
    }

    private static DesiredStore store(Database database) {
        return new DesiredStore(database, Clock.systemUTC(), 5, new FakeAuditTrail(database));
    }

    @EachDatabase
    void what_shall_run_is_read_back_as_it_was_written(Database database) {
        DesiredStore store = store(database);
        store.install(billing(FIRST, "1.0.0"), Optional.empty());
        Desired audit = new Desired("audit", SECOND, "2.0.0", false, Origin.API, "{\"limit\":3}", 2, true);
        store.install(audit, Optional.empty());

        assertThat(store.all()).containsExactly(audit, billing(FIRST, "1.0.0"));
    }

    @EachDatabase
    void a_rollback_goes_back_one_by_one_and_forgets_what_came_after(Database database) {
        DesiredStore store = store(database);
        store.install(billing(FIRST, "1.0.0"), Optional.empty());
        store.install(billing(SECOND, "2.0.0"), Optional.empty());
        store.install(billing(THIRD, "3.0.0"), Optional.empty());

        Desired second = store.previous(billing(THIRD, "3.0.0")).get(0);
        store.rollback(second, event("plugin.rollback", second));
        Desired first = store.previous(second).get(0);
        store.rollback(first, event("plugin.rollback", first));

        assertThat(second.version()).isEqualTo("2.0.0");
        assertThat(first.version()).isEqualTo("1.0.0");
        assertThat(store.previous(first)).isEmpty();
        assertThat(store.takeDropped()).containsExactlyInAnyOrder(SECOND, THIRD);
        assertThat(store.all()).containsExactly(billing(FIRST, "1.0.0"));
    }

    @EachDatabase
    void what_an_earlier_process_could_not_store_holds_until_a_change_comes_after_it(Database database) {
        FakeAuditTrail audit = new FakeAuditTrail(database);
        DesiredStore store = new DesiredStore(database, Clock.systemUTC(), 5, audit);
        store.install(billing(FIRST, "1.0.0"), Optional.empty());
        store.install(billing(SECOND, "2.0.0"), Optional.empty());

        audit.announce("plugin.rollback", payload(billing(FIRST, "1.0.0")));
        assertThat(store.all()).containsExactly(billing(FIRST, "1.0.0"));
        audit.announce("plugin.disable", "billing");
        audit.announce("plugin.disable", "unknown");
        assertThat(store.all()).containsExactly(billing(FIRST, "1.0.0").withEnabled(false));

        store.update(billing(THIRD, "3.0.0"), Optional.empty());
        assertThat(store.all()).containsExactly(billing(THIRD, "3.0.0"));
    }

    @EachDatabase
    void a_change_whose_event_is_refused_is_undone(Database database) {
        FakeAuditTrail audit = new FakeAuditTrail(database);
        DesiredStore store = new DesiredStore(database, Clock.systemUTC(), 5, audit);
        store.install(billing(FIRST, "1.0.0"), Optional.empty());
        audit.refuse();
        AuditEvent event = AuditEvent.done("plugin.install", Actor.HOST, "plugin:billing", Map.of());

        assertThatThrownBy(() -> store.install(billing(SECOND, "2.0.0"), Optional.of(event)))
                .hasMessage("refused");
        assertThatThrownBy(() -> store.update(billing(SECOND, "2.0.0"), Optional.of(event)))
                .hasMessage("refused");
        assertThatThrownBy(() -> store.remove("billing", event)).hasMessage("refused");

        assertThat(new DesiredStore(database, Clock.systemUTC(), 5, audit).all())
                .containsExactly(billing(FIRST, "1.0.0"));
    }

    private static String payload(Desired target) {
        return new String(
                new JsonCodec(DesiredStoreTest.class.getClassLoader()).encode(target), StandardCharsets.UTF_8);
    }

    @EachDatabase
    void an_update_makes_no_history_and_a_removal_leaves_none(Database database) {
        DesiredStore store = store(database);
        store.install(billing(FIRST, "1.0.0"), Optional.empty());
        store.update(billing(FIRST, "1.0.0").withEnabled(false), Optional.empty());

        assertThat(store.all()).containsExactly(billing(FIRST, "1.0.0").withEnabled(false));
        store.remove("billing", event("plugin.remove", billing(FIRST, "1.0.0")));
        assertThat(store.all()).isEmpty();
        assertThat(store.previous(billing("", ""))).isEmpty();
        assertThat(store.digests()).isEmpty();
        assertThat(store.takeDropped()).containsExactly(FIRST);
    }

    @EachDatabase
    void another_configuration_of_the_same_jar_is_a_step_that_can_be_taken_back(Database database) {
        DesiredStore store = store(database);
        Desired plain = billing(FIRST, "1.0.0");
        Desired tuned = plain.withConfiguration("{\"limit\":3}");
        store.install(plain, Optional.empty());
        store.install(tuned, Optional.empty());

        assertThat(store.previous(tuned)).containsExactly(plain);
        store.rollback(plain, event("plugin.rollback", plain));
        assertThat(store.all()).containsExactly(plain);
    }

    @EachDatabase
    void what_is_too_long_ago_is_forgotten(Database database) {
        DesiredStore store = new DesiredStore(database, Clock.systemUTC(), 2, new FakeAuditTrail(database));
        store.install(billing(FIRST, "1.0.0"), Optional.empty());
        store.install(billing(SECOND, "2.0.0"), Optional.empty());
        store.install(billing(THIRD, "3.0.0"), Optional.empty());

        assertThat(store.digests()).containsExactlyInAnyOrder(SECOND, THIRD);
        assertThat(store.takeDropped()).containsExactly(FIRST);
        assertThat(store.takeDropped()).isEmpty();
    }

    @EachDatabase
    void the_file_of_a_jar_is_recorded_as_applied_with_its_installation(Database database) {
        List<String> recorded = new ArrayList<>();
        DesiredStore store = store(database);
        store.files((transaction, origin, sha256, pluginId) ->
                recorded.add(origin.fileName() + " " + sha256 + " " + pluginId));

        store.take(billing(FIRST, "1.0.0"), Optional.empty());

        assertThat(recorded).containsExactly("billing.jar " + FIRST + " billing");
        assertThat(store(database).all()).containsExactly(billing(FIRST, "1.0.0"));
    }

    @EachDatabase
    void a_disable_leaves_the_change_of_another_node_below_it_to_be_followed(Database database) {
        DesiredStore one = store(database);
        one.install(billing(FIRST, "1.0.0"), Optional.empty());
        DesiredStore other = store(database);
        other.begin();
        other.update(billing(SECOND, "2.0.0"), Optional.empty());

        one.disable("billing", event("plugin.disable", billing(FIRST, "1.0.0")));

        DesiredStore.Stored below = one.snapshot().all().get(0);
        assertThat(below.desired()).isEqualTo(billing(SECOND, "2.0.0").withEnabled(false));
        assertThatThrownBy(() -> one.update(billing(FIRST, "1.0.0"), Optional.empty()))
                .isInstanceOf(OvertakenException.class);
        assertThat(one.isNews(below)).isTrue();
        assertThat(one.accept(below)).isTrue();
        one.update(billing(SECOND, "2.0.0"), Optional.empty());
    }

    @EachDatabase
    void a_snapshot_from_before_a_removal_brings_nothing_back(Database database) {
        DesiredStore store = store(database);
        store.install(billing(FIRST, "1.0.0"), Optional.empty());
        DesiredStore.Stored before = store.snapshot().all().get(0);

        store.remove("billing", event("plugin.remove", billing(FIRST, "1.0.0")));

        assertThat(store.isNews(before)).isFalse();
        assertThat(store.accept(before)).isFalse();
        store.install(billing(FIRST, "1.0.0"), Optional.empty());
    }

    @EachDatabase
    void a_change_that_another_node_has_overtaken_is_not_made(Database database) {
        DesiredStore one = store(database);
        DesiredStore other = store(database);
        one.install(billing(FIRST, "1.0.0"), Optional.empty());
        assertThatThrownBy(() -> other.install(billing(SECOND, "2.0.0"), Optional.empty()))
                .isInstanceOfSatisfying(
                        OvertakenException.class,
                        e -> assertThat(e.now().orElseThrow().desired()).isEqualTo(billing(FIRST, "1.0.0")))
                .hasMessage("plugin billing was changed on another node at the same time (version 1.0.0 shall run);"
                        + " look at it and try again");

        DesiredStore.Snapshot news = other.snapshot();
        assertThat(news.all()).allMatch(other::accept).noneMatch(other::isNews);
        other.install(billing(SECOND, "2.0.0"), Optional.empty());

        assertThat(one.revision()).isGreaterThan(news.revision());
        assertThatThrownBy(() -> one.update(billing(FIRST, "1.0.0").withEnabled(false), Optional.empty()))
                .isInstanceOf(OvertakenException.class);
        assertThatThrownBy(() -> one.rollback(billing(FIRST, "1.0.0"), event("plugin.rollback", billing(FIRST, ""))))
                .isInstanceOf(OvertakenException.class);
        assertThat(one.all()).containsExactly(billing(SECOND, "2.0.0"));
    }

    @EachDatabase
    void a_disable_holds_whatever_another_node_has_done_and_later_changes_follow_it(Database database) {
        DesiredStore one = store(database);
        one.install(billing(FIRST, "1.0.0"), Optional.empty());
        DesiredStore other = store(database);
        other.begin();
        other.install(billing(SECOND, "2.0.0"), Optional.empty());

        one.disable("billing", event("plugin.disable", billing(FIRST, "1.0.0")));
        assertThat(one.all()).containsExactly(billing(SECOND, "2.0.0").withEnabled(false));

        assertThat(other.snapshot().all()).allMatch(other::accept);
        other.update(billing(SECOND, "2.0.0"), Optional.empty());
        assertThat(one.all()).containsExactly(billing(SECOND, "2.0.0"));
    }

    @EachDatabase
    void a_disable_that_is_not_stored_yet_holds_here_against_changes_of_other_nodes(Database database) {
        FakeAuditTrail audit = new FakeAuditTrail(database);
        DesiredStore one = new DesiredStore(database, Clock.systemUTC(), 5, audit);
        one.install(billing(FIRST, "1.0.0"), Optional.empty());
        DesiredStore other = store(database);
        other.begin();
        audit.spool();
        one.disable("billing", event("plugin.disable", billing(FIRST, "1.0.0")));

        other.install(billing(SECOND, "2.0.0"), Optional.empty());
        assertThat(one.all()).containsExactly(billing(SECOND, "2.0.0").withEnabled(false));
        assertThat(other.all()).containsExactly(billing(SECOND, "2.0.0"));

        audit.replay();
        assertThat(one.all()).containsExactly(billing(SECOND, "2.0.0").withEnabled(false));
        assertThat(other.snapshot().all()).allMatch(other::accept);
        other.update(billing(SECOND, "2.0.0"), Optional.empty());
        assertThat(one.all()).containsExactly(billing(SECOND, "2.0.0"));
    }

    @EachDatabase
    void a_removal_is_noticed_unless_something_came_after_it(Database database) {
        DesiredStore one = store(database);
        one.install(billing(FIRST, "1.0.0"), Optional.empty());
        DesiredStore other = store(database);
        other.begin();
        one.remove("billing", event("plugin.remove", billing(FIRST, "1.0.0")));
        DesiredStore.Snapshot without = other.snapshot();

        assertThat(other.removed(without)).containsExactly("billing");
        assertThat(one.removed(without)).isEmpty();
        one.install(billing(SECOND, "2.0.0"), Optional.empty());
        assertThat(one.removed(without)).isEmpty();
        assertThat(one.acceptRemoval("billing", without.revision())).isFalse();
        assertThat(other.acceptRemoval("billing", without.revision())).isTrue();
        other.snapshot().all().forEach(stored -> assertThat(other.isNews(stored))
                .isTrue());
    }

    @EachDatabase
    void changes_of_many_nodes_at_once_have_revisions_of_their_own(Database database) {
        List<CompletableFuture<Void>> all = Stream.of("a", "b", "c", "d")
                .map(id -> CompletableFuture.runAsync(() -> {
                    DesiredStore store = store(database);
                    for (int i = 0; i < 10; i++) {
                        store.update(
                                new Desired(id, FIRST, "1.0." + i, true, Origin.API, "", 0, true), Optional.empty());
                    }
                }))
                .toList();
        all.forEach(CompletableFuture::join);

        assertThat(store(database).revision()).isEqualTo(41);
        assertThat(store(database).snapshot().all())
                .extracting(DesiredStore.Stored::revision)
                .doesNotHaveDuplicates()
                .contains(41L);
    }

    /** The jar of long ago is used again on one node while another one sweeps: it must be there for what refers to it. */
    @EachDatabase
    void a_jar_that_another_node_is_about_to_use_is_not_swept(Database database) throws IOException {
        Clock now = Clock.systemUTC();
        Blobs old = new Blobs(database, "artifact", Clock.offset(now, Duration.ofHours(-2)));
        Blobs blobs = new Blobs(database, "artifact", now);
        for (int round = 0; round < 40; round++) {
            String sha256 = "round-" + round;
            old.put(sha256, new ByteArrayInputStream(new byte[] {1}));
            DesiredStore store = store(database);
            CompletableFuture<Void> use = CompletableFuture.runAsync(() -> {
                put(blobs, sha256);
                store.update(new Desired(sha256, sha256, "1.0.0", true, Origin.API, "", 0, true), Optional.empty());
            });
            CompletableFuture<Boolean> sweep = CompletableFuture.supplyAsync(() -> blobs.delete(
                    sha256,
                    now.instant().minus(Sweeper.UNUSED),
                    transaction -> DesiredStore.isReferenced(transaction, sha256)));
            CompletableFuture.allOf(use, sweep).join();

            assertThat(blobs.contains(sha256)).as("round %d", round).isTrue();
        }
    }

    private static void put(Blobs blobs, String sha256) {
        try {
            boolean unused = blobs.put(sha256, new ByteArrayInputStream(new byte[] {1}));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @EachDatabase
    void a_jar_in_the_store_goes_an_hour_after_its_last_use_unless_something_refers_to_it(Database database)
            throws IOException {
        Clock now = Clock.systemUTC();
        Blobs blobs = new Blobs(database, "artifact", Clock.offset(now, Duration.ofMinutes(-61)));
        for (String sha256 : List.of(FIRST, SECOND, THIRD)) {
            put(blobs, sha256);
        }
        store(database).install(billing(FIRST, "1.0.0"), Optional.empty());
        put(new Blobs(database, "artifact", now), SECOND);
        Instant since = now.instant().minus(Sweeper.UNUSED);

        assertThat(blobs.names(since)).containsExactly(FIRST, THIRD);
        for (String sha256 : blobs.names(since)) {
            blobs.delete(sha256, since, transaction -> DesiredStore.isReferenced(transaction, sha256));
        }

        assertThat(blobs.names()).containsExactly(FIRST, SECOND);
    }

    private static AuditEvent event(String action, Desired to) {
        return AuditEvent.done(action, Actor.HOST, "plugin:" + to.pluginId(), Map.of());
    }

    @EachDatabase
    void a_disabled_plugin_stays_what_it_was_and_does_not_run(Database database) {
        DesiredStore store = store(database);
        store.install(billing(FIRST, "1.0.0"), Optional.empty());

        store.disable("billing", event("plugin.disable", billing(FIRST, "1.0.0")));

        assertThat(store.all()).containsExactly(billing(FIRST, "1.0.0").withEnabled(false));
    }

    /** The revision of a transaction that was rolled back is used again, here by a change of another node. */
    @EachDatabase
    void a_disable_whose_transaction_was_rolled_back_holds_when_its_revision_is_used_again(Database database) {
        FakeAuditTrail audit = new FakeAuditTrail(database);
        DesiredStore one = new DesiredStore(database, Clock.systemUTC(), 5, audit);
        one.install(billing(FIRST, "1.0.0"), Optional.empty());
        DesiredStore other = store(database);
        other.begin();
        audit.spool();
        one.disable("billing", event("plugin.disable", billing(FIRST, "1.0.0")));
        audit.replayInVain();

        other.install(billing(SECOND, "2.0.0"), Optional.empty());
        assertThat(one.all()).containsExactly(billing(SECOND, "2.0.0").withEnabled(false));
        assertThatThrownBy(() -> one.update(billing(FIRST, "1.0.0"), Optional.empty()))
                .isInstanceOf(OvertakenException.class);

        audit.replay();
        assertThat(store(database).all())
                .containsExactly(billing(SECOND, "2.0.0").withEnabled(false));
    }

    @EachDatabase
    void a_spooled_disable_that_is_stored_gives_way_to_later_changes(Database database) {
        FakeAuditTrail audit = new FakeAuditTrail(database);
        DesiredStore one = new DesiredStore(database, Clock.systemUTC(), 5, audit);
        one.install(billing(FIRST, "1.0.0"), Optional.empty());
        DesiredStore other = store(database);
        audit.spool();
        one.disable("billing", event("plugin.disable", billing(FIRST, "1.0.0")));
        audit.replay();

        one.update(billing(FIRST, "1.0.0"), Optional.empty());
        other.begin();
        other.update(billing(SECOND, "2.0.0"), Optional.empty());

        assertThat(one.all()).containsExactly(billing(SECOND, "2.0.0"));
    }

    @EachDatabase
    void a_spooled_rollback_to_a_version_that_has_left_the_history_is_dropped(Database database) {
        FakeAuditTrail audit = new FakeAuditTrail(database);
        DesiredStore one = new DesiredStore(database, Clock.systemUTC(), 2, audit);
        one.install(billing(FIRST, "1.0.0"), Optional.empty());
        one.install(billing(SECOND, "2.0.0"), Optional.empty());
        DesiredStore other = new DesiredStore(database, Clock.systemUTC(), 2, new FakeAuditTrail(database));
        other.begin();
        audit.spool();
        one.rollback(billing(FIRST, "1.0.0"), event("plugin.rollback", billing(FIRST, "1.0.0")));
        assertThat(one.all()).containsExactly(billing(FIRST, "1.0.0"));

        other.install(billing(THIRD, "3.0.0"), Optional.empty());
        assertThat(one.all()).as("before the replay").containsExactly(billing(THIRD, "3.0.0"));
        audit.replay();

        assertThat(one.all()).containsExactly(billing(THIRD, "3.0.0"));
        assertThat(store(database).digests()).doesNotContain(FIRST);
        assertThat(audit.events()).extracting(AuditEvent::outcome).contains(AuditEvent.Outcome.FAILED);
        assertThat(one.snapshot().all()).allMatch(one::accept);
    }

    private static void restore(Database database, Desired row, long revision) {
        database.jdbi().useTransaction(handle -> {
            handle.execute("update desired_change set revision = ? where id = 1", revision);
            handle.execute(
                    "update plugin_desired set revision = ?, sha256 = ?, version = ? where plugin_id = ?",
                    revision,
                    row.sha256(),
                    row.version(),
                    row.pluginId());
        });
    }

    @EachDatabase
    void a_store_that_went_back_in_time_is_followed_again(Database database) {
        DesiredStore store = store(database);
        store.install(billing(FIRST, "1.0.0"), Optional.empty());
        long backup = store.revision();
        store.install(billing(SECOND, "2.0.0"), Optional.empty());
        Desired late = new Desired("late", THIRD, "1.0.0", true, Origin.API, "", 0, true);
        store.install(late, Optional.empty());
        restore(database, billing(FIRST, "1.0.0"), backup);
        database.jdbi().useHandle(handle -> handle.execute("delete from plugin_desired where plugin_id = 'late'"));

        assertThat(store.snapshot().all()).noneMatch(store::isNews);
        assertThat(store.hasChangedSince(backup))
                .as("although it is the revision that was read last")
                .isTrue();
        DesiredStore.Snapshot now = store.resynchronize();
        assertThat(store.highestKnown()).isEqualTo(backup);

        assertThat(store.removed(now)).containsExactly("late");
        assertThat(now.all()).allMatch(store::accept);
        store.update(billing(SECOND, "2.0.0"), Optional.empty());
        store.acceptRemoval("late", now.revision());
        store.install(late, Optional.empty());
    }

    /** Until the node looks, other nodes may have changed so much that the revision is beyond the one it has seen. */
    @EachDatabase
    void a_row_of_the_past_is_news_although_the_revision_of_the_store_has_caught_up(Database database) {
        DesiredStore store = store(database);
        store.install(billing(FIRST, "1.0.0"), Optional.empty());
        long backup = store.revision();
        store.install(billing(SECOND, "2.0.0"), Optional.empty());
        restore(database, billing(FIRST, "1.0.0"), backup);
        DesiredStore other = store(database);
        for (String id : List.of("a", "b", "c")) {
            other.install(new Desired(id, THIRD, "1.0.0", true, Origin.API, "", 0, true), Optional.empty());
        }

        assertThat(store.snapshot().all()).hasSize(4).allMatch(store::isNews);
    }

    @EachDatabase
    void a_plugin_that_another_node_removed_at_the_same_time_is_followed_when_it_comes_back(Database database) {
        DesiredStore one = store(database);
        one.install(billing(FIRST, "1.0.0"), Optional.empty());
        DesiredStore other = store(database);
        other.begin();
        other.remove("billing", event("plugin.remove", billing(FIRST, "1.0.0")));

        assertThatThrownBy(() -> one.remove("billing", event("plugin.remove", billing(FIRST, "1.0.0"))))
                .isInstanceOfSatisfying(
                        OvertakenException.class,
                        e -> assertThat(one.acceptRemoval("billing", e.asOf())).isTrue());
        other.install(billing(SECOND, "2.0.0"), Optional.empty());

        assertThat(one.snapshot().all()).hasSize(1).allMatch(one::isNews);
    }
}
