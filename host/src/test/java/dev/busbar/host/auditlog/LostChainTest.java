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
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** Chains of which the store holds nothing any more, or nobody here can tell who has signed for them. */
class LostChainTest {
    @TempDir
    Path data;

    /** A node whose own file and key are elsewhere, with a checkpoint of its first record in the store. */
    private AuditLog other(Database database) throws IOException {
        AuditSettings settings = AuditSettings.in(Files.createDirectory(data.resolve("other")));
        AuditLog other = AuditLog.open(settings, Node.open(settings.data()), database, Clock.systemUTC());
        other.append(AuditEvent.done("key.create", Actor.HOST, "key:1", Map.of()));
        other.close();
        return other;
    }

    private static Chain chain(AuditLog audit, String node) {
        Verification verification = audit.verify();
        Chain chain = verification.chains().stream()
                .filter(each -> each.node().equals(node))
                .findFirst()
                .orElseThrow();
        assertThat(verification.intact()).isEqualTo(chain.fault().isEmpty());
        return chain;
    }

    @EachDatabase
    void a_chain_that_is_gone_with_its_head_is_named_by_its_checkpoints(Database database) throws IOException {
        AuditLog audit = Tampered.chain(data, database);
        Tampered.run(database, "delete from audit_record");
        Tampered.run(database, "delete from audit_head");
        Path kept = data.resolve("kept");
        Files.move(Tampered.file(data), kept);

        Tampered.assertFault(audit, Kind.TRUNCATED, 1);
        assertThat(Tampered.only(audit).fault().orElseThrow().what()).contains("the store's checkpoint of record 5");

        Tampered.run(database, "delete from audit_checkpoint");
        Tampered.assertFault(audit, Kind.MISSING, 1);
        Files.move(kept, Tampered.file(data));
        Tampered.assertFault(audit, Kind.TRUNCATED, 1);
        assertThat(Tampered.only(audit).fault().orElseThrow().what()).contains("checkpoints.ndjson, line 2)");
        Tampered.assertFault(Tampered.audit(data, database), Kind.TRUNCATED, 1);
    }

    @EachDatabase
    void the_chain_of_another_node_that_is_gone_is_named_by_its_checkpoints(Database database) throws IOException {
        AuditLog audit = Tampered.chain(data, database);
        AuditLog other = other(database);
        Tampered.run(database, "delete from audit_record where node = ?", other.node());
        Tampered.run(database, "delete from audit_head where node = ?", other.node());

        Verification.Fault fault = chain(audit, other.node()).fault().orElseThrow();

        assertThat(fault.kind()).isEqualTo(Kind.TRUNCATED);
        assertThat(fault.what()).contains("the store's checkpoint of record 1, signature not checked");
    }

    @EachDatabase
    void a_node_of_which_the_file_alone_tells_is_named(Database database) throws IOException {
        AuditLog audit = Tampered.chain(data, database);
        AuditLog other = other(database);
        for (String table : List.of("audit_record", "audit_head", "audit_checkpoint")) {
            Tampered.run(database, "delete from " + table + " where node = ?", other.node());
        }
        List<String> lines =
                Files.readAllLines(AuditSettings.in(data.resolve("other")).checkpoints());
        Files.write(Tampered.file(data), lines, StandardOpenOption.APPEND);

        Chain gone = chain(audit, other.node());

        assertThat(gone.outside()).isTrue();
        assertThat(gone.signaturesChecked()).isFalse();
        assertThat(gone.fault().orElseThrow().kind()).isEqualTo(Kind.TRUNCATED);
        assertThat(gone.fault().orElseThrow().what()).contains("line 5, signature not checked");
    }

    @EachDatabase
    void whose_signatures_were_checked_is_said(Database database) throws IOException {
        AuditLog audit = Tampered.chain(data, database);
        AuditLog other = other(database);
        Tampered.run(database, "update audit_checkpoint set signature = 'forged' where node = ?", other.node());

        assertThat(chain(audit, audit.node()).signaturesChecked()).isTrue();
        assertThat(chain(audit, other.node()).signaturesChecked()).isFalse();
        assertThat(chain(audit, other.node()).checkpoints()).isEqualTo(1);
    }

    @EachDatabase
    void a_name_that_no_node_has_is_a_fault(Database database) throws IOException {
        AuditLog audit = Tampered.chain(data, database);
        List<String> good = Files.readAllLines(Tampered.file(data));

        for (String bad : List.of("{}", "{\"node\":\"\\u0000\"}", "{\"node\":\"" + "x".repeat(64) + "\"}")) {
            Files.write(Tampered.file(data), List.of(good.get(0), bad, good.get(1), good.get(2)));
            Tampered.assertFault(audit, Kind.CHECKPOINT, 1);
        }
    }
}
