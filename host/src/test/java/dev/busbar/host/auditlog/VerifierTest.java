package dev.busbar.host.auditlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.auditlog.Verification.Chain;
import dev.busbar.host.auditlog.Verification.Kind;
import dev.busbar.host.node.Node;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

class VerifierTest {
    @TempDir
    Path data;

    @EachDatabase
    void an_untouched_chain_is_intact_and_its_end_is_counted(Database database) throws IOException {
        AuditLog audit = Tampered.chain(data, database);

        Chain chain = Tampered.only(audit);

        assertThat(chain.fault()).isEmpty();
        assertThat(chain.records()).isEqualTo(12);
        assertThat(chain.checkpoints()).isEqualTo(4);
        assertThat(chain.outside()).isTrue();
        assertThat(chain.covered()).isEqualTo(10);
        assertThat(chain.unprotected()).isEqualTo(2);
    }

    @EachDatabase
    void nothing_is_unprotected_after_a_good_stop(Database database) throws IOException {
        Tampered.chain(data, database).close();

        Chain chain = Tampered.only(Tampered.audit(data, database));

        assertThat(chain.fault()).isEmpty();
        assertThat(chain.unprotected()).isZero();
    }

    @EachDatabase
    void each_edited_column_is_noticed(Database database) throws IOException {
        AuditLog audit = Tampered.chain(data, database);
        List<String> edits = List.of(
                "actor = 'eve'",
                "actor_kind = 'human'",
                "key_id = 'k'",
                "address = '10.0.0.1'",
                "correlation_id = ''",
                "action = 'key.list'",
                "target = 'key:8'",
                "outcome = 'REFUSED'",
                "outcome = 'whatever'",
                "details = '{\"n\":\"8\"}'",
                "details = 'no json'",
                "at_nanos = at_nanos + 1",
                "entry = 'x'",
                "previous = 'x'",
                "hash = 'x'");
        for (String edit : edits) {
            Tampered.run(database, "create table kept as select * from audit_record where seq = 7");
            Tampered.run(database, "update audit_record set " + edit + " where seq = 7");

            Tampered.assertFault(audit, Kind.EDITED, 7);

            Tampered.run(database, "delete from audit_record where seq = 7");
            Tampered.run(database, "insert into audit_record select * from kept");
            Tampered.run(database, "drop table kept");
            assertThat(Tampered.only(audit).fault()).isEmpty();
        }
    }

    @EachDatabase
    void a_deleted_record_is_missing(Database database) throws IOException {
        AuditLog audit = Tampered.chain(data, database);

        Tampered.run(database, "delete from audit_record where seq = 7");

        Tampered.assertFault(audit, Kind.MISSING, 7);
    }

    @EachDatabase
    void the_first_record_is_missing_too(Database database) throws IOException {
        AuditLog audit = Tampered.chain(data, database);

        Tampered.run(database, "delete from audit_record where seq <= 3");

        Tampered.assertFault(audit, Kind.MISSING, 1);
        assertThat(Tampered.only(audit).fault().orElseThrow().what()).contains("records 1 to 3");
    }

    @EachDatabase
    void records_that_changed_places_are_named(Database database) throws IOException {
        AuditLog audit = Tampered.chain(data, database);

        Tampered.run(database, "update audit_record set seq = 99 where seq = 7");
        Tampered.run(database, "update audit_record set seq = 7 where seq = 8");
        Tampered.run(database, "update audit_record set seq = 8 where seq = 99");

        Tampered.assertFault(audit, Kind.REORDERED, 7);
        assertThat(Tampered.only(audit).fault().orElseThrow().what()).contains("is record 8");
    }

    @EachDatabase
    void a_record_that_closed_the_gap_is_out_of_order(Database database) throws IOException {
        AuditLog audit = Tampered.chain(data, database);

        Tampered.run(database, "delete from audit_record where seq = 12");
        Tampered.run(database, "delete from audit_record where seq = 7");
        for (int seq = 8; seq <= 11; seq++) {
            Tampered.run(database, "update audit_record set seq = ? where seq = ?", seq - 1, seq);
        }

        Tampered.assertFault(audit, Kind.REORDERED, 7);
    }

    @EachDatabase
    void a_record_before_the_first_is_noticed(Database database) throws IOException {
        AuditLog audit = Tampered.chain(data, database);

        Tampered.run(database, "update audit_record set seq = 0 where seq = 7");

        Tampered.assertFault(audit, Kind.REORDERED, 0);
    }

    @EachDatabase
    void an_end_that_is_gone_is_noticed_by_the_head(Database database) throws IOException {
        AuditLog audit = Tampered.chain(data, database);

        Tampered.run(database, "delete from audit_record where seq > 11");

        Tampered.assertFault(audit, Kind.TRUNCATED, 12);
    }

    @EachDatabase
    void an_end_cut_off_with_all_that_the_store_knows_of_it_is_noticed_outside(Database database) throws IOException {
        AuditLog audit = Tampered.chain(data, database);
        truncate(database, audit, 8);

        Tampered.assertFault(audit, Kind.TRUNCATED, 9);
        assertThat(Tampered.only(audit).fault().orElseThrow().what()).contains("checkpoints.ndjson, line 3");
    }

    /** As somebody would who knows the tables. */
    private static void truncate(Database database, AuditLog audit, long last) {
        RecordStore records = new RecordStore(database);
        Tampered.run(database, "delete from audit_record where seq > ?", last);
        Tampered.run(database, "delete from audit_checkpoint where seq > ?", last);
        String hash = records.after(audit.node(), last - 1, 1).get(0).hash();
        Tampered.run(database, "update audit_head set seq = ?, hash = ?", last, hash);
    }

    @EachDatabase
    void what_comes_after_the_last_checkpoint_can_be_cut_off_as_was_said(Database database) throws IOException {
        AuditLog audit = Tampered.chain(data, database);
        truncate(database, audit, 10);

        Chain chain = Tampered.only(audit);

        assertThat(chain.fault()).isEmpty();
        assertThat(chain.unprotected()).isZero();
    }

    @EachDatabase
    void a_chain_of_which_nothing_is_left_is_missed(Database database) throws IOException {
        AuditLog audit = Tampered.chain(data, database);

        for (String table : List.of("audit_record", "audit_checkpoint", "audit_head")) {
            Tampered.run(database, "delete from " + table);
        }

        Tampered.assertFault(audit, Kind.TRUNCATED, 1);
    }

    @EachDatabase
    void a_chain_written_anew_does_not_fit_what_was_signed(Database database) throws IOException {
        AuditLog audit = Tampered.chain(data, database);
        Tampered.run(database, "delete from audit_checkpoint where seq > 5");
        rewrite(database, audit, 7);

        Tampered.assertFault(audit, Kind.REWRITTEN, 6);
    }

    private static void rewrite(Database database, AuditLog audit, long from) {
        RecordStore records = new RecordStore(database);
        List<AuditRecord> old = records.after(audit.node(), from - 1, 100);
        AuditRecord before = records.after(audit.node(), from - 2, 1).get(0);
        Tampered.run(database, "delete from audit_record where seq >= ?", from);
        Tampered.run(database, "update audit_head set seq = ?, hash = ?", from - 1, before.hash());
        for (AuditRecord each : old) {
            AuditEvent event =
                    AuditEvent.done("key.list", Actor.HOST, each.event().target(), Map.of());
            audit.append(event);
        }
    }

    @EachDatabase
    void a_head_that_was_moved_is_noticed(Database database) throws IOException {
        AuditLog audit = Tampered.chain(data, database);

        Tampered.run(database, "update audit_head set hash = ?", "f".repeat(64));

        Tampered.assertFault(audit, Kind.REWRITTEN, 12);
    }

    @EachDatabase
    void a_checkpoint_of_the_store_that_was_edited_is_not_believed(Database database) throws IOException {
        AuditLog audit = Tampered.chain(data, database);

        Tampered.run(database, "update audit_checkpoint set at_nanos = at_nanos + 1 where seq = 5");

        Tampered.assertFault(audit, Kind.CHECKPOINT, 1);
    }

    @EachDatabase
    void lines_of_the_file_that_were_tampered_with_are_named(Database database) throws IOException {
        AuditLog audit = Tampered.chain(data, database);
        List<String> good = Files.readAllLines(Tampered.file(data));
        assertThat(good).hasSize(3);
        List<List<String>> bad = new ArrayList<>();
        bad.add(List.of(good.get(0), good.get(1).replace("\"seq\":5", "\"seq\":6"), good.get(2)));
        bad.add(List.of(good.get(0), good.get(1).substring(0, 60), good.get(2)));
        bad.add(List.of(good.get(0), "\u0000 nonsense", good.get(2)));
        bad.add(List.of(good.get(0), "x".repeat(100_000), good.get(2)));
        bad.add(List.of(good.get(0), "{\"node\":\"" + audit.node() + "\"}", good.get(2)));

        for (List<String> lines : bad) {
            Files.write(Tampered.file(data), lines);
            Verification.Fault fault = Tampered.only(audit).fault().orElseThrow();
            assertThat(fault.kind()).isEqualTo(Kind.CHECKPOINT);
            assertThat(fault.what()).contains("checkpoints.ndjson, line 2");
        }
        Files.write(Tampered.file(data), List.of(good.get(0), good.get(2), good.get(1)));
        assertThat(Tampered.only(audit).fault().orElseThrow().kind()).isEqualTo(Kind.CHECKPOINT);
        Files.write(Tampered.file(data), good);
        assertThat(Tampered.only(audit).fault()).isEmpty();
    }

    @EachDatabase
    void checkpoints_of_another_key_are_not_believed(Database database) throws IOException {
        AuditLog audit = Tampered.chain(data, database);
        Signer forger = Signer.ensure(Files.createDirectory(data.resolve("forger")));
        Files.delete(Tampered.file(data));
        new CheckpointFile(Tampered.file(data), audit.node(), forger.publicKey())
                .append(Checkpoint.signed(
                        new RecordStore(database).head(audit.node()),
                        Clock.systemUTC().instant(),
                        forger));

        Tampered.assertFault(audit, Kind.CHECKPOINT, 1);
    }

    @EachDatabase
    void without_the_file_the_answer_says_so(Database database) throws IOException {
        AuditLog audit = Tampered.chain(data, database);
        Files.delete(Tampered.file(data));

        Chain chain = Tampered.only(audit);

        assertThat(chain.fault()).isEmpty();
        assertThat(chain.outside()).isFalse();
        assertThat(chain.covered()).isEqualTo(10);
    }

    @EachDatabase
    void a_last_line_that_a_crash_has_cut_is_no_fault_and_is_taken_back(Database database) throws IOException {
        AuditLog audit = Tampered.chain(data, database);
        String whole = Files.readString(Tampered.file(data));
        Files.writeString(Tampered.file(data), whole + "{\"node\":\"nod");

        assertThat(Tampered.only(audit).fault()).isEmpty();
        audit.close();

        assertThat(Files.readString(Tampered.file(data)))
                .startsWith(whole + "{\"node\":\"" + audit.node() + "\",\"seq\":12,");
        assertThat(Tampered.only(Tampered.audit(data, database)).fault()).isEmpty();
    }

    @EachDatabase
    void a_restart_names_the_key_once(Database database) throws IOException {
        Tampered.chain(data, database).close();
        AuditLog again = Tampered.audit(data, database);
        again.append(AuditEvent.done("key.create", Actor.HOST, "key:13", Map.of()));
        again.close();

        assertThat(Files.readAllLines(Tampered.file(data)))
                .filteredOn(line -> line.contains("\"key\":"))
                .hasSize(1);
    }

    @EachDatabase
    void the_chains_of_other_nodes_are_checked_too(Database database) throws IOException {
        AuditLog audit = Tampered.chain(data, database);
        AuditSettings other = AuditSettings.in(Files.createDirectory(data.resolve("other")));
        AuditLog second = AuditLog.open(other, Node.open(other.data()), database, Clock.systemUTC());
        second.append(AuditEvent.done("key.create", Actor.HOST, "key:1", Map.of()));
        second.close();
        Tampered.run(database, "update audit_record set actor = 'eve' where node = ?", second.node());

        Verification verification = audit.verify();

        assertThat(verification.intact()).isFalse();
        assertThat(verification.chains())
                .filteredOn(chain -> chain.fault().isPresent())
                .extracting(Chain::node)
                .containsExactly(second.node());
    }
}
