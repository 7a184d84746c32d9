package dev.busbar.host.access;

import static dev.busbar.host.access.AccessRig.ADMIN;
import static dev.busbar.host.access.AccessRig.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import dev.busbar.plugin.Principal.Kind;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.jdbi.v3.core.ConnectionException;
import org.junit.jupiter.api.io.TempDir;

/** Keys that were revoked while the store could not be written, and a host that starts while it cannot be. */
class KeyRevocationReplayTest {
    @TempDir
    Path data;

    /** An act that is never stored, behind which all others wait. */
    private static AccessRig full(AccessRig rig) {
        rig.audit.register(
                "never",
                (transaction, payload) -> {
                    throw new ConnectionException(new SQLException("no space left on device", "53100"));
                },
                payload -> {});
        return rig;
    }

    @EachDatabase
    void a_key_stays_revoked_over_a_start_that_cannot_store_it(Database database) {
        AccessRig first = full(new AccessRig(database, data));
        Keys.Created leaked = first.access
                .keys()
                .create(key("robot").kind(Kind.SERVICE).roles("analyst").make(), ADMIN);
        AuditTrail.Containment waits = first.audit.contain(AuditEvent.done("never", Actor.HOST, "x:1", Map.of()), "");
        assertThat(waits).isEqualTo(AuditTrail.Containment.SPOOLED);
        first.access.keys().revoke(leaked.info().id(), ADMIN);

        AccessRig second = full(new AccessRig(database, data));
        Keys keys = second.access.keys();
        assertThat(keys.authenticate(leaked.key())).isPresent();
        second.audit.replay();

        assertThat(keys.find(leaked.info().id()).orElseThrow().revokedAt()).isEmpty();
        assertThat(keys.authenticate(leaked.key())).isEmpty();
        assertThat(keys.current(leaked.info().id())).isEmpty();
    }
}
