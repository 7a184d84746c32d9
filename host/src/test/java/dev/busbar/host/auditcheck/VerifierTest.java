package dev.busbar.host.auditcheck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.auditchain.AuditRecord;
import dev.busbar.host.auditcheck.Verification.Chain;
import dev.busbar.host.auditcheck.Verification.Kind;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

class VerifierTest {
    @TempDir
    Path data;

    @EachDatabase
    void an_untouched_chain_is_intact_and_its_end_is_counted(Database database) {
        AuditChainRig rig = AuditChainRig.recorded(data, database);

        Chain chain = rig.only();

        assertThat(chain.fault()).isEmpty();
        assertThat(chain.records()).isEqualTo(12);
        assertThat(chain.checkpoints()).isEqualTo(4);
        assertThat(chain.outside()).isTrue();
        assertThat(chain.covered()).isEqualTo(10);
        assertThat(chain.unprotected()).isEqualTo(2);
    }

    @EachDatabase
    void nothing_is_unprotected_after_a_clean_stop(Database database) {
        AuditChainRig.recorded(data, database).close();

        Chain chain = AuditChainRig.open(data, database).only();

        assertThat(chain.fault()).isEmpty();
        assertThat(chain.unprotected()).isZero();
    }

    @EachDatabase
    void each_edited_column_is_noticed(Database database) {
        AuditChainRig rig = AuditChainRig.recorded(data, database);
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
            rig.run("create table original as select * from audit_record where seq = 7");
            rig.run("update audit_record set " + edit + " where seq = 7");

            rig.assertFault(Kind.EDITED, 7);

            rig.run("delete from audit_record where seq = 7");
            rig.run("insert into audit_record select * from original");
            rig.run("drop table original");
            assertThat(rig.only().fault()).isEmpty();
        }
    }

    @EachDatabase
    void a_deleted_record_is_missing(Database database) {
        AuditChainRig rig = AuditChainRig.recorded(data, database);

        rig.run("delete from audit_record where seq = 7");

        rig.assertFault(Kind.MISSING, 7);
    }

    @EachDatabase
    void the_first_record_is_missing_too(Database database) {
        AuditChainRig rig = AuditChainRig.recorded(data, database);

        rig.run("delete from audit_record where seq <= 3");

        rig.assertFault(Kind.MISSING, 1);
        assertThat(rig.fault().what()).contains("records 1 to 3");
    }

    @EachDatabase
    void records_that_changed_places_are_named(Database database) {
        AuditChainRig rig = AuditChainRig.recorded(data, database);

        rig.run("update audit_record set seq = 99 where seq = 7");
        rig.run("update audit_record set seq = 7 where seq = 8");
        rig.run("update audit_record set seq = 8 where seq = 99");

        rig.assertFault(Kind.REORDERED, 7);
        assertThat(rig.fault().what()).contains("is record 8");
    }

    @EachDatabase
    void a_record_that_closed_the_gap_is_out_of_order(Database database) {
        AuditChainRig rig = AuditChainRig.recorded(data, database);

        rig.run("delete from audit_record where seq = 12");
        rig.run("delete from audit_record where seq = 7");
        for (int seq = 8; seq <= 11; seq++) {
            rig.run("update audit_record set seq = ? where seq = ?", seq - 1, seq);
        }

        rig.assertFault(Kind.REORDERED, 7);
    }

    @EachDatabase
    void a_record_before_the_first_is_noticed(Database database) {
        AuditChainRig rig = AuditChainRig.recorded(data, database);

        rig.run("update audit_record set seq = 0 where seq = 7");

        rig.assertFault(Kind.REORDERED, 0);
    }

    @EachDatabase
    void a_missing_end_is_noticed_by_the_head(Database database) {
        AuditChainRig rig = AuditChainRig.recorded(data, database);

        rig.run("delete from audit_record where seq > 11");

        rig.assertFault(Kind.TRUNCATED, 12);
    }

    @EachDatabase
    void an_end_cut_off_with_all_that_the_store_knows_of_it_is_noticed_outside(Database database) {
        AuditChainRig rig = AuditChainRig.recorded(data, database);
        truncate(rig, 8);

        rig.assertFault(Kind.TRUNCATED, 9);
        assertThat(rig.fault().what()).contains("checkpoints.ndjson, line 3");
    }

    /** Truncates a chain and everything in the store that refers to its end. */
    private static void truncate(AuditChainRig rig, int last) {
        String hash = rig.records().get(last - 1).hash();
        rig.run("delete from audit_record where seq > ?", last);
        rig.run("delete from audit_checkpoint where seq > ?", last);
        rig.run("update audit_head set seq = ?, hash = ?", last, hash);
    }

    @EachDatabase
    void records_after_the_last_checkpoint_can_be_cut_off_unnoticed(Database database) {
        AuditChainRig rig = AuditChainRig.recorded(data, database);
        truncate(rig, 10);

        Chain chain = rig.only();

        assertThat(chain.fault()).isEmpty();
        assertThat(chain.unprotected()).isZero();
    }

    @EachDatabase
    void a_chain_that_was_deleted_altogether_is_missed(Database database) {
        AuditChainRig rig = AuditChainRig.recorded(data, database);

        for (String table : List.of("audit_record", "audit_checkpoint", "audit_head")) {
            rig.run("delete from " + table);
        }

        rig.assertFault(Kind.TRUNCATED, 1);
    }

    @EachDatabase
    void a_rewritten_chain_does_not_match_its_checkpoints(Database database) {
        AuditChainRig rig = AuditChainRig.recorded(data, database);
        rig.run("delete from audit_checkpoint where seq > 5");
        rewrite(rig, 7);

        rig.assertFault(Kind.REWRITTEN, 6);
    }

    private static void rewrite(AuditChainRig rig, int from) {
        List<AuditRecord> old = rig.records();
        rig.run("delete from audit_record where seq >= ?", from);
        rig.run(
                "update audit_head set seq = ?, hash = ?",
                from - 1,
                old.get(from - 2).hash());
        old.subList(from - 1, old.size())
                .forEach(record -> rig.append(record.event().target(), Map.of()));
    }

    @EachDatabase
    void a_head_that_was_moved_is_noticed(Database database) {
        AuditChainRig rig = AuditChainRig.recorded(data, database);

        rig.run("update audit_head set hash = ?", "f".repeat(64));

        rig.assertFault(Kind.REWRITTEN, 12);
    }

    @EachDatabase
    void an_edited_checkpoint_in_the_store_is_invalid(Database database) {
        AuditChainRig rig = AuditChainRig.recorded(data, database);

        rig.run("update audit_checkpoint set at_nanos = at_nanos + 1 where seq = 5");

        rig.assertFault(Kind.CHECKPOINT, 1);
    }

    @EachDatabase
    void lines_of_the_file_that_were_tampered_with_are_named(Database database) throws IOException {
        AuditChainRig rig = AuditChainRig.recorded(data, database);
        List<String> good = Files.readAllLines(rig.file());
        assertThat(good).hasSize(3);
        List<List<String>> bad = new ArrayList<>();
        bad.add(List.of(good.get(0), good.get(1).replace("\"seq\":5", "\"seq\":6"), good.get(2)));
        bad.add(List.of(good.get(0), good.get(1).substring(0, 60), good.get(2)));
        bad.add(List.of(good.get(0), "\u0000 nonsense", good.get(2)));
        bad.add(List.of(good.get(0), "x".repeat(100_000), good.get(2)));
        bad.add(List.of(good.get(0), "{\"node\":\"" + rig.node() + "\"}", good.get(2)));

        for (List<String> lines : bad) {
            Files.write(rig.file(), lines);
            Verification.Fault fault = rig.fault();
            assertThat(fault.kind()).isEqualTo(Kind.CHECKPOINT);
            assertThat(fault.what()).contains("checkpoints.ndjson, line 2");
        }
        Files.write(rig.file(), List.of(good.get(0), good.get(2), good.get(1)));
        assertThat(rig.fault().kind()).isEqualTo(Kind.CHECKPOINT);
        Files.write(rig.file(), good);
        assertThat(rig.only().fault()).isEmpty();
    }

    @EachDatabase
    void checkpoints_of_another_key_are_invalid(Database database) throws IOException {
        AuditChainRig rig = AuditChainRig.recorded(data, database);
        Files.delete(rig.file());
        new Forger().appendCheckpoint(rig.file(), rig.head());

        rig.assertFault(Kind.CHECKPOINT, 1);
    }

    @EachDatabase
    void a_file_that_is_gone_is_a_fault(Database database) throws IOException {
        AuditChainRig rig = AuditChainRig.recorded(data, database);
        Files.delete(rig.file());

        Chain chain = rig.only();

        rig.assertFault(Kind.CHECKPOINT, 12);
        assertThat(rig.fault().what()).contains("does not exist", "checkpoint 2");
        assertThat(chain.outside()).isFalse();
        assertThat(chain.covered()).isEqualTo(10);
    }

    @EachDatabase
    void a_last_line_cut_by_a_crash_is_no_fault_and_is_removed(Database database) throws IOException {
        AuditChainRig rig = AuditChainRig.recorded(data, database);
        String whole = Files.readString(rig.file());
        Files.writeString(rig.file(), whole + "{\"node\":\"nod");

        assertThat(rig.only().fault()).isEmpty();
        rig.close();

        assertThat(Files.readString(rig.file())).startsWith(whole + "{\"node\":\"" + rig.node() + "\",\"seq\":12,");
        assertThat(AuditChainRig.open(data, database).only().fault()).isEmpty();
    }

    @EachDatabase
    void a_restart_names_the_key_once(Database database) throws IOException {
        AuditChainRig.recorded(data, database).close();
        AuditChainRig rig = AuditChainRig.open(data, database);
        rig.append("key:13", Map.of());
        rig.close();

        assertThat(Files.readAllLines(rig.file()))
                .filteredOn(line -> line.contains("\"key\":"))
                .hasSize(1);
    }

    @EachDatabase
    void the_chains_of_other_nodes_are_checked_too(Database database) {
        AuditChainRig rig = AuditChainRig.recorded(data, database);
        AuditChainRig second = AuditChainRig.open(data.resolve("other"), database);
        second.append("key:1", Map.of());
        second.close();
        rig.run("update audit_record set actor = 'eve' where node = ?", second.node());

        Verification verification = rig.verify();

        assertThat(verification.intact()).isFalse();
        assertThat(verification.chains())
                .filteredOn(chain -> chain.fault().isPresent())
                .extracting(Chain::node)
                .containsExactly(second.node());
    }
}
