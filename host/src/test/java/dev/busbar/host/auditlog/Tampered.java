package dev.busbar.host.auditlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.auditlog.Verification.Chain;
import dev.busbar.host.auditlog.Verification.Kind;
import dev.busbar.host.node.Node;
import dev.busbar.host.store.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/** A chain to be tampered with, and what a test asks of its verification. Stateless. */
final class Tampered {
    private Tampered() {}

    static AuditLog audit(Path data, Database database) throws IOException {
        AuditSettings defaults = AuditSettings.in(data);
        AuditSettings settings = new AuditSettings(data, defaults.checkpoints(), 5, Duration.ofHours(1));
        return AuditLog.open(settings, Node.open(settings.data()), database, Clock.systemUTC());
    }

    /** A chain of 12 records with checkpoints at 5 and 10. */
    static AuditLog chain(Path data, Database database) throws IOException {
        AuditLog audit = audit(data, database);
        for (int n = 1; n <= 12; n++) {
            audit.append(AuditEvent.done("key.create", Actor.HOST, "key:" + n, Map.of("n", String.valueOf(n))));
            if (n % 5 == 0) {
                audit.tick();
            }
        }
        return audit;
    }

    static Path file(Path data) {
        return AuditSettings.in(data).checkpoints();
    }

    static Chain only(AuditLog audit) {
        Verification verification = audit.verify();
        assertThat(verification.chains()).hasSize(1);
        Chain chain = verification.chains().get(0);
        assertThat(verification.intact()).isEqualTo(chain.fault().isEmpty());
        return chain;
    }

    static void assertFault(AuditLog audit, Kind kind, long seq) {
        Verification.Fault fault = only(audit).fault().orElseThrow();
        assertThat(fault.kind()).as(fault.what()).isEqualTo(kind);
        assertThat(fault.seq()).as(fault.what()).isEqualTo(seq);
    }

    static void run(Database database, String sql, Object... values) {
        database.jdbi().useHandle(handle -> handle.execute(sql, values));
    }
}
