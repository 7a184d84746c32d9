package dev.busbar.host.auditcheck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.auditcheck.Verification.Chain;
import dev.busbar.host.auditcheck.Verification.Kind;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** Chains that are missing in the store, or whose signing key is unknown here. */
class LostChainTest {
    @TempDir
    Path data;

    /** A node whose own file and key are elsewhere, with a checkpoint of its first record in the store. */
    private AuditChainRig other(Database database) {
        AuditChainRig other = AuditChainRig.open(data.resolve("other"), database);
        other.append("key:1", Map.of());
        other.close();
        return other;
    }

    @EachDatabase
    void a_chain_that_is_gone_with_its_head_is_named_by_its_checkpoints(Database database) throws IOException {
        AuditChainRig rig = AuditChainRig.recorded(data, database);
        rig.run("delete from audit_record");
        rig.run("delete from audit_head");
        Path kept = data.resolve("kept");
        Files.move(rig.file(), kept);

        rig.assertFault(Kind.TRUNCATED, 1);
        assertThat(rig.fault().what()).contains("the store's checkpoint of record 5");

        rig.run("delete from audit_checkpoint");
        rig.assertFault(Kind.TRUNCATED, 1);
        assertThat(rig.fault().what()).contains("its node has seen it");
        Files.move(kept, rig.file());
        rig.assertFault(Kind.TRUNCATED, 1);
        assertThat(rig.fault().what()).contains("checkpoints.ndjson, line 2)");
        AuditChainRig.open(data, database).assertFault(Kind.TRUNCATED, 1);
    }

    @EachDatabase
    void the_chain_of_another_node_that_is_gone_is_named_by_its_checkpoints(Database database) {
        AuditChainRig rig = AuditChainRig.recorded(data, database);
        AuditChainRig other = other(database);
        rig.run("delete from audit_record where node = ?", other.node());
        rig.run("delete from audit_head where node = ?", other.node());

        Verification.Fault fault = rig.chain(other.node()).fault().orElseThrow();

        assertThat(fault.kind()).isEqualTo(Kind.TRUNCATED);
        assertThat(fault.what()).contains("the store's checkpoint of record 1, signature not checked");
    }

    @EachDatabase
    void a_node_of_which_the_file_alone_tells_is_named(Database database) throws IOException {
        AuditChainRig rig = AuditChainRig.recorded(data, database);
        AuditChainRig other = other(database);
        for (String table : List.of("audit_record", "audit_head", "audit_checkpoint")) {
            rig.run("delete from " + table + " where node = ?", other.node());
        }
        List<String> lines = Files.readAllLines(other.file());
        Files.write(rig.file(), lines, StandardOpenOption.APPEND);

        Chain gone = rig.chain(other.node());

        assertThat(gone.outside()).isTrue();
        assertThat(gone.signaturesChecked()).isFalse();
        assertThat(gone.fault().orElseThrow().kind()).isEqualTo(Kind.TRUNCATED);
        assertThat(gone.fault().orElseThrow().what()).contains("line 5, signature not checked");
    }

    @EachDatabase
    void whose_signatures_were_checked_is_said(Database database) {
        AuditChainRig rig = AuditChainRig.recorded(data, database);
        AuditChainRig other = other(database);
        rig.run("update audit_checkpoint set signature = 'forged' where node = ?", other.node());

        assertThat(rig.chain(rig.node()).signaturesChecked()).isTrue();
        assertThat(rig.chain(other.node()).signaturesChecked()).isFalse();
        assertThat(rig.chain(other.node()).checkpoints()).isEqualTo(1);
    }

    @EachDatabase
    void a_name_that_no_node_has_is_a_fault(Database database) throws IOException {
        AuditChainRig rig = AuditChainRig.recorded(data, database);
        List<String> good = Files.readAllLines(rig.file());

        for (String bad : List.of("{}", "{\"node\":\"\\u0000\"}", "{\"node\":\"" + "x".repeat(64) + "\"}")) {
            Files.write(rig.file(), List.of(good.get(0), bad, good.get(1), good.get(2)));
            rig.assertFault(Kind.CHECKPOINT, 1);
        }
    }
}
