package dev.busbar.host.auditlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.auditchain.AuditRecord;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import dev.busbar.host.store.Transaction;
import dev.busbar.plugin.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.io.TempDir;

class ContainmentTest {
    @TempDir
    Path data;

    private final AtomicBoolean full = new AtomicBoolean();

    private AuditLog open(Database database) {
        AuditLog audit = AuditLogs.open(data, database, Clock.systemUTC());
        audit.register("role.drop", this::drop, payload -> {});
        return audit;
    }

    /** The audit log of a process that finds the spool of an earlier one. */
    private AuditLog reopen(Database database, List<String> pending) {
        AuditLog audit = AuditLogs.open(data, database, Clock.systemUTC());
        audit.register("role.drop", this::drop, payload -> {
            if (payload.equals("odd")) {
                throw new IllegalArgumentException(payload);
            }
            pending.add(payload);
        });
        return audit;
    }

    /** Adds a row a time, so that a second time shows. */
    private void drop(Transaction transaction, String payload) {
        Handle handle = transaction.handle();
        if (full.get()) {
            throw new ConnectionException(new SQLException("no space left on device", "53100"));
        }
        if (payload.equals("bad")) {
            throw ProblemException.conflict("no");
        }
        handle.execute("insert into role (name, permissions) values (?, '')", payload + "-" + count(handle));
    }

    private static long count(Handle handle) {
        return handle.createQuery("select count(*) from role").mapTo(Long.class).one();
    }

    private static long dropped(Database database) {
        return database.jdbi().withHandle(ContainmentTest::count);
    }

    private static AuditEvent event(String target) {
        return AuditEvent.done("role.drop", Actor.HOST, target, Map.of("why", "\u2028lost\u0000"));
    }

    private boolean intact(Database database, AuditLog audit) {
        return AuditLogs.verifier(AuditSettings.in(data), database, audit, Clock.systemUTC())
                .verify()
                .intact();
    }

    @EachDatabase
    void an_action_and_its_record_are_stored_together(Database database) {
        AuditLog audit = open(database);

        assertThat(audit.contain(event("role:a"), "a")).isEqualTo(AuditTrail.Containment.STORED);

        assertThat(dropped(database)).isEqualTo(1);
        assertThat(AuditLogs.records(database, audit)).hasSize(1);
    }

    @EachDatabase
    void an_action_whose_record_cannot_be_stored_is_undone(Database database) {
        AuditLog audit = open(database);
        database.jdbi().useHandle(handle -> handle.execute("delete from audit_head"));

        assertThatThrownBy(() -> audit.contain(event("role:a"), "a")).hasMessageContaining("the head of the chain");

        assertThat(dropped(database)).isZero();
    }

    @EachDatabase
    void spooled_actions_are_chained_later_in_order(Database database) {
        AuditLog audit = open(database);
        full.set(true);
        Instant before = Instant.now();
        assertThat(audit.contain(event("role:a"), "a")).isEqualTo(AuditTrail.Containment.SPOOLED);
        assertThat(audit.contain(event("role:b"), "b")).isEqualTo(AuditTrail.Containment.SPOOLED);
        Instant after = Instant.now();
        audit.tick();
        assertThat(AuditLogs.records(database, audit)).isEmpty();
        full.set(false);

        audit.tick();

        assertThat(dropped(database)).isEqualTo(2);
        List<AuditRecord> records = AuditLogs.records(database, audit);
        assertThat(records).extracting(record -> record.event().target()).containsExactly("role:a", "role:b");
        assertThat(records).allSatisfy(record -> {
            assertThat(record.at()).isBetween(before, after);
            assertThat(record.event().details()).containsKey("spooled");
            assertThat(record.entry()).isPresent();
        });
        assertThat(intact(database, audit)).isTrue();
        assertThat(audit.contain(event("role:c"), "c")).isEqualTo(AuditTrail.Containment.STORED);
    }

    @EachDatabase
    void a_spooled_action_is_settled_when_it_is_stored_or_has_failed(Database database) {
        List<String> settled = new ArrayList<>();
        AuditLog audit = AuditLogs.open(data, database, Clock.systemUTC());
        audit.register("role.drop", this::drop, payload -> {}, settled::add);
        full.set(true);
        audit.contain(event("role:a"), "a");
        audit.contain(event("role:bad"), "bad");
        audit.tick();
        assertThat(settled).isEmpty();
        full.set(false);

        audit.tick();
        audit.contain(event("role:c"), "c");

        assertThat(settled).containsExactly("a", "bad");
    }

    @EachDatabase
    void while_actions_are_spooled_all_others_are_refused_or_spooled(Database database) {
        AuditLog audit = open(database);
        full.set(true);
        audit.contain(event("role:a"), "a");
        full.set(false);

        assertThatThrownBy(() -> audit.append(event("role:x")))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("could not be written");
        assertThat(audit.contain(event("role:b"), "b")).isEqualTo(AuditTrail.Containment.SPOOLED);

        audit.tick();
        audit.append(event("role:x"));
        assertThat(AuditLogs.records(database, audit))
                .extracting(record -> record.event().target())
                .containsExactly("role:a", "role:b", "role:x");
    }

    @EachDatabase
    void spooled_actions_survive_the_process(Database database) {
        AuditLog first = open(database);
        full.set(true);
        first.contain(event("role:a"), "a");
        full.set(false);

        AuditLog second = open(database);
        second.replay();

        assertThat(dropped(database)).isEqualTo(1);
        assertThat(AuditLogs.records(database, second)).hasSize(1);
    }

    @EachDatabase
    void spooled_actions_take_effect_after_a_restart_before_they_are_stored(Database database) {
        AuditLog first = open(database);
        full.set(true);
        for (String each : List.of("a", "odd", "b")) {
            first.contain(event("role:" + each), each);
        }
        List<String> pending = new ArrayList<>();

        AuditLog second = reopen(database, pending);
        second.replay();
        second.tick();
        assertThat(pending).containsExactly("a", "b");
        assertThat(AuditLogs.records(database, second)).isEmpty();

        full.set(false);
        second.tick();
        assertThat(AuditLogs.records(database, second)).hasSize(3);
        assertThat(dropped(database)).isEqualTo(3);
    }

    @EachDatabase
    void an_action_that_can_be_stored_at_the_start_is_not_pending(Database database) {
        AuditLog first = open(database);
        full.set(true);
        first.contain(event("role:a"), "a");
        full.set(false);
        List<String> pending = new ArrayList<>();

        AuditLog second = reopen(database, pending);
        second.replay();
        full.set(true);
        second.contain(event("role:b"), "b");
        second.tick();

        assertThat(pending).isEmpty();
    }

    @EachDatabase
    void a_death_between_commit_and_clearing_chains_nothing_twice(Database database) throws IOException {
        AuditLog first = open(database);
        full.set(true);
        first.contain(event("role:a"), "a");
        first.contain(event("role:b"), "b");
        full.set(false);
        Path spool = data.resolve("audit").resolve("spool");
        byte[] beforeClearing = Files.readAllBytes(spool);
        first.replay();
        Files.write(spool, beforeClearing);

        AuditLog second = open(database);
        second.replay();

        assertThat(dropped(database)).isEqualTo(2);
        assertThat(AuditLogs.records(database, second))
                .extracting(record -> record.event().outcome())
                .containsExactly(AuditEvent.Outcome.DONE, AuditEvent.Outcome.DONE);
        assertThat(intact(database, second)).isTrue();
        assertThatCode(() -> second.append(event("role:later")))
                .as("the spool is empty")
                .doesNotThrowAnyException();
    }

    @EachDatabase
    void an_action_refused_by_its_handler_is_not_spooled(Database database) {
        AuditLog audit = open(database);

        assertThatThrownBy(() -> audit.contain(event("role:bad"), "bad")).isInstanceOf(ProblemException.class);

        audit.tick();
        assertThat(AuditLogs.records(database, audit)).isEmpty();
    }

    @EachDatabase
    void an_action_that_fails_later_is_chained_as_failed_and_blocks_no_other(Database database) {
        AuditLog audit = open(database);
        full.set(true);
        audit.contain(event("role:bad"), "bad");
        audit.contain(event("role:b"), "b");
        full.set(false);

        audit.tick();

        assertThat(AuditLogs.records(database, audit))
                .extracting(record -> record.event().outcome())
                .containsExactly(AuditEvent.Outcome.FAILED, AuditEvent.Outcome.DONE);
        assertThat(dropped(database)).isEqualTo(1);
    }

    @EachDatabase
    void an_action_without_a_handler_is_refused(Database database) {
        AuditLog audit = open(database);

        assertThatThrownBy(() -> audit.contain(AuditEvent.done("other", Actor.HOST, "a", Map.of()), "a"))
                .hasMessageContaining("\"other\"");
        assertThatThrownBy(() -> audit.register("role.drop", (transaction, payload) -> {}, payload -> {}))
                .hasMessageContaining("registered once");
    }

    @EachDatabase
    void a_full_spool_says_so(Database database) {
        AuditLog audit = open(database);
        full.set(true);
        String large = "x".repeat(100_000);

        assertThatThrownBy(() -> {
                    for (int n = 0; n < 20; n++) {
                        audit.contain(event("role:a"), large);
                    }
                })
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("full with 10 entries");
    }

    @EachDatabase
    void counts_are_recorded_in_time_or_later_when_the_store_is_available(Database database) {
        AuditLog audit = open(database);
        audit.count(event("role:a"));
        audit.count(event("role:a"));
        full.set(true);
        audit.contain(event("role:a"), "a");
        audit.tick();
        full.set(false);

        audit.close();

        assertThat(AuditLogs.records(database, audit))
                .extracting(record -> record.event().details().get("count"))
                .containsExactly(null, "2");
    }
}
