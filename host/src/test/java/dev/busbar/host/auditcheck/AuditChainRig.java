package dev.busbar.host.auditcheck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.auditchain.AuditRecord;
import dev.busbar.host.auditchain.ChainStore;
import dev.busbar.host.auditcheck.Verification.Chain;
import dev.busbar.host.auditcheck.Verification.Kind;
import dev.busbar.host.auditlog.AuditLog;
import dev.busbar.host.auditlog.AuditLogs;
import dev.busbar.host.auditlog.AuditSettings;
import dev.busbar.host.store.Database;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The audit log of a node, to be tampered with, and the verifier that must notice it. For one thread. */
final class AuditChainRig {
    private final AuditSettings settings;
    private final Database database;
    private final AuditLog audit;
    private final ChainStore chains;
    private final Verifier verifier;

    private AuditChainRig(AuditSettings settings, Database database, Clock clock) {
        this.settings = settings;
        this.database = database;
        this.audit = AuditLogs.open(settings, database, clock);
        this.chains = new ChainStore(database);
        this.verifier = AuditLogs.verifier(settings, database, audit, clock);
    }

    /** The chain of a data directory as it is, with a checkpoint every five records. */
    static AuditChainRig open(Path data, Database database) {
        return open(data, database, Clock.systemUTC());
    }

    /** The same, by a clock of the test's own. */
    static AuditChainRig open(Path data, Database database, Clock clock) {
        AuditSettings defaults = AuditSettings.in(data);
        return new AuditChainRig(
                new AuditSettings(data, defaults.checkpoints(), 5, Duration.ofHours(1)), database, clock);
    }

    /** A chain of 12 records with checkpoints at 5 and 10. */
    static AuditChainRig recorded(Path data, Database database) {
        AuditChainRig rig = open(data, database);
        for (int n = 1; n <= 12; n++) {
            rig.append("key:" + n, Map.of("n", String.valueOf(n)));
            if (n % 5 == 0) {
                rig.audit.tick();
            }
        }
        return rig;
    }

    void append(String target, Map<String, String> details) {
        audit.append(AuditEvent.done("key.create", Actor.HOST, target, details));
    }

    /** Walks the new records, and signs if it is time. */
    void tick() {
        audit.tick();
    }

    /** Appends events with one tick after them. */
    void append(int count) {
        for (int n = 0; n < count; n++) {
            append("key:more", Map.of());
        }
        tick();
    }

    /** Gives the records from one on another actor, with hashes, head and order that fit, as a forger would. */
    void forge(int from) {
        List<AuditRecord> old = records();
        AuditRecord.Head last = from == 1 ? AuditRecord.Head.empty(node()) : headOf(old.get(from - 2));
        for (AuditRecord record : old.subList(from - 1, old.size())) {
            Actor eve = new Actor("eve", "human", Optional.empty(), Optional.empty(), Optional.empty());
            AuditEvent event =
                    AuditEvent.done(record.event().action(), eve, record.event().target(), Map.of());
            AuditRecord forged = AuditRecord.after(last, record.at(), event, Optional.empty());
            run(
                    "update audit_record set actor = 'eve', actor_kind = 'human', details = '{}', previous = ?, hash = ?"
                            + " where seq = ?",
                    forged.previous(),
                    forged.hash(),
                    forged.seq());
            last = headOf(forged);
        }
        run("update audit_head set hash = ?", last.hash());
    }

    private static AuditRecord.Head headOf(AuditRecord record) {
        return new AuditRecord.Head(record.node(), record.seq(), record.hash());
    }

    String node() {
        return audit.node();
    }

    Path file() {
        return settings.checkpoints();
    }

    /** Stops the node, which signs the end of its chain. */
    void close() {
        audit.close();
    }

    List<AuditRecord> records() {
        List<AuditRecord> records = new ArrayList<>();
        chains.records(node()).forEachRemaining(records::add);
        return records;
    }

    AuditRecord.Head head() {
        return chains.head(node()).orElseThrow();
    }

    List<String> export() {
        List<String> lines = new ArrayList<>();
        chains.export(AuditRecord.Filter.ALL, record -> lines.add(record.toJson()));
        return lines;
    }

    Verification verify() {
        Verification verification = verifier.verify();
        assertThat(verification.intact())
                .isEqualTo(verification.chains().stream()
                        .allMatch(chain -> chain.fault().isEmpty()));
        return verification;
    }

    Chain only() {
        Verification verification = verify();
        assertThat(verification.chains()).hasSize(1);
        return verification.chains().get(0);
    }

    Chain chain(String node) {
        return verify().chains().stream()
                .filter(each -> each.node().equals(node))
                .findFirst()
                .orElseThrow();
    }

    Verification.Fault fault() {
        return only().fault().orElseThrow();
    }

    void assertFault(Kind kind, long seq) {
        Verification.Fault fault = fault();
        assertThat(fault.kind()).as(fault.what()).isEqualTo(kind);
        assertThat(fault.seq()).as(fault.what()).isEqualTo(seq);
    }

    void run(String sql, Object... values) {
        database.jdbi().useHandle(handle -> handle.execute(sql, values));
    }
}
