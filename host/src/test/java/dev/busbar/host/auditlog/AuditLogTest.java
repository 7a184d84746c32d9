package dev.busbar.host.auditlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.auditchain.AuditRecord;
import dev.busbar.host.auditchain.ChainStore;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Databases;
import dev.busbar.host.store.EachDatabase;
import dev.busbar.host.store.Transaction;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
    private static final Actor ADA =
            new Actor("ada", "human", Optional.of("k1"), Optional.of("10.1.2.3"), Optional.of("request-1"));

    @TempDir
    Path data;

    private AuditLog open(Database database) {
        return AuditLogs.open(data, database, Clock.systemUTC());
    }

    private static AuditEvent event(String target) {
        return AuditEvent.done("key.create", ADA, target, Map.of("name", "ci"));
    }

    @EachDatabase
    void a_change_and_its_record_are_committed_together(Database database) {
        AuditLog audit = open(database);

        database.jdbi().useTransaction(handle -> {
            handle.execute("insert into role (name, permissions) values ('reader', '')");
            audit.append(new Transaction(handle), event("role:reader"));
        });

        List<AuditRecord> records = AuditLogs.records(database, audit);
        assertThat(records).hasSize(1);
        assertThat(records.get(0).event()).isEqualTo(event("role:reader"));
        assertThat(records.get(0).hash()).isEqualTo(records.get(0).computeHash());
    }

    @EachDatabase
    void a_change_that_is_undone_leaves_no_record(Database database) {
        AuditLog audit = open(database);

        assertThatThrownBy(() -> database.jdbi().useTransaction(handle -> {
                    audit.append(new Transaction(handle), event("key:1"));
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");

        assertThat(AuditLogs.records(database, audit)).isEmpty();
        assertThat(new ChainStore(database).head(audit.node()).orElseThrow().seq())
                .isZero();
    }

    @EachDatabase
    void writers_that_meet_make_one_chain(Database database) throws Exception {
        AuditLog audit = open(database);
        ExecutorService writers = Executors.newFixedThreadPool(4);
        CountDownLatch together = new CountDownLatch(4);

        List<Future<?>> all = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
            all.add(writers.submit(() -> {
                together.countDown();
                together.await();
                for (int n = 0; n < 25; n++) {
                    audit.append(event("key:" + n));
                }
                return null;
            }));
        }
        for (Future<?> each : all) {
            each.get();
        }
        writers.shutdown();

        List<AuditRecord> records = AuditLogs.records(database, audit);
        assertThat(records).hasSize(100);
        String previous = AuditRecord.NOTHING;
        for (int n = 0; n < 100; n++) {
            assertThat(records.get(n).seq()).isEqualTo(n + 1);
            assertThat(records.get(n).previous()).isEqualTo(previous);
            previous = records.get(n).hash();
        }
    }

    @EachDatabase
    void nothing_is_recorded_outside_of_a_transaction(Database database) {
        AuditLog audit = open(database);

        assertThatThrownBy(() ->
                        database.jdbi().useHandle(handle -> audit.append(new Transaction(handle), event("key:1"))))
                .hasMessageContaining("outside of a transaction");
    }

    @EachDatabase
    void the_name_of_the_node_stays(Database database) {
        String first = open(database).node();

        assertThat(open(database).node()).isEqualTo(first).startsWith("node-");
    }

    /** Case 92 of the attack cases: a correlation id is the client's choice and no identity. */
    @EachDatabase
    void a_correlation_id_that_is_used_again_merges_nothing(Database database) {
        AuditLog audit = open(database);
        Actor eve = new Actor("eve", "service", Optional.of("k2"), Optional.of("10.9.9.9"), ADA.correlationId());

        audit.append(event("key:1"));
        audit.append(AuditEvent.done("key.create", eve, "key:1", Map.of("name", "ci")));

        List<AuditRecord> records = AuditLogs.records(database, audit);
        assertThat(records).extracting(each -> each.event().actor()).containsExactly(ADA, eve);
        assertThat(records).extracting(AuditRecord::seq).containsExactly(1L, 2L);
    }

    @Test
    void a_record_that_the_store_shows_and_then_fails_to_write_is_not_believed() {
        try (Database database = Database.open(Databases.h2())) {
            AuditLog audit = open(database);
            audit.append(event("key:1"));
            audit.tick();
            AtomicBoolean full = new AtomicBoolean(true);
            database.jdbi().setSqlLogger(new FullDisk(full));

            audit.append(event("key:2"));
            audit.tick();
            assertThat(audit.walked().seq()).isEqualTo(1);
            full.set(false);
            undoLast(database);
            audit.append(event("key:3"));
            audit.tick();

            assertThat(audit.walked().seq()).isEqualTo(2);
            assertThat(AuditLogs.verifier(AuditSettings.in(data), database, audit, Clock.systemUTC())
                            .verify()
                            .intact())
                    .isTrue();
        }
    }

    /** What an embedded store does that could not write its last transaction. */
    private static void undoLast(Database database) {
        database.jdbi().useTransaction(handle -> {
            handle.execute("delete from audit_record where seq = 2");
            handle.execute("update audit_head set seq = 1, hash = (select hash from audit_record where seq = 1)");
        });
    }

    /** A disk on which nothing can be forced to be written. */
    private record FullDisk(AtomicBoolean full) implements SqlLogger {
        @Override
        public void logBeforeExecution(StatementContext context) {
            if (full.get() && context.getRawSql().equals("checkpoint sync")) {
                throw new ConnectionException(new SQLException("no space left on device", "90031"));
            }
        }
    }
}
