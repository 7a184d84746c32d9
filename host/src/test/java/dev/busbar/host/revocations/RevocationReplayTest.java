package dev.busbar.host.revocations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.auditlog.AuditLog;
import dev.busbar.host.auditlog.AuditLogs;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import dev.busbar.host.testing.SetClock;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import org.jdbi.v3.core.ConnectionException;
import org.junit.jupiter.api.io.TempDir;

/** Signing keys that were revoked while the store could not be written, and a host that starts while it cannot be. */
class RevocationReplayTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    @TempDir
    Path data;

    private final SetClock clock = new SetClock(NOW);

    /** With an act that is never stored, behind which all others wait. */
    private AuditLog full(Database database) {
        AuditLog audit = AuditLogs.open(data, database, clock);
        audit.register(
                "never",
                (transaction, payload) -> {
                    throw new ConnectionException(new SQLException("no space left on device", "53100"));
                },
                payload -> {});
        return audit;
    }

    @EachDatabase
    void a_revocation_survives_a_start_that_cannot_store_it(Database database) {
        AuditLog audit = full(database);
        AuditEvent event = AuditEvent.done("never", Actor.HOST, "x:1", Map.of());
        Revocations first = new Revocations(database, audit, clock, () -> 0);
        assertThat(audit.contain(event, "")).isEqualTo(AuditTrail.Containment.SPOOLED);
        first.revoke(Revocation.of(Revocation.Kind.KEY, "corp", "k1", "root", NOW), Actor.HOST);
        first.revoke(Revocation.of(Revocation.Kind.SUBJECT, "", "ada", "root", NOW), Actor.HOST);

        AuditLog again = full(database);
        Revocations second = new Revocations(database, again, clock, () -> 0);
        assertThat(second.isKeyRevoked("corp", "k1")).isFalse();
        again.replay();
        second.refresh();

        assertThat(second.newest(10)).isEmpty();
        assertThat(second.isKeyRevoked("corp", "k1")).isTrue();
        assertThat(second.earliestIssue("ada", NOW)).isEqualTo(NOW.plusSeconds(1));
    }
}
