package dev.busbar.host.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import dev.busbar.host.testing.FakeAuditTrail;
import dev.busbar.plugin.Principal.Kind;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.io.TempDir;

/** Changes of keys, principals and roles whose audit event is recorded in their transaction, so that both can be undone. */
class AuditedChangesTest {
    @TempDir
    Path data;

    @EachDatabase
    void a_change_whose_event_is_refused_is_undone(Database database) {
        FakeAuditTrail audit = new FakeAuditTrail(database);
        AccessControl access = new AccessControl(
                database,
                Clock.systemUTC(),
                Runnable::run,
                new AccessControl.Rules("development", Set.of(), data),
                audit);
        Requester by = AccessRig.ADMIN;
        access.principals().create(new Principals.NewPrincipal("ada", Kind.HUMAN, "Ada", List.of()), by);
        access.roles().put("reader", List.of("billing:read"), by);
        Keys.Info key = access.keys().create(AccessRig.key("ada").make(), by).info();
        String before = all(access);
        audit.refuse();

        List<ThrowingCallable> changes = List.of(
                () -> access.principals().create(new Principals.NewPrincipal("bob", Kind.HUMAN, "Bob", List.of()), by),
                () -> access.principals()
                        .change(
                                "ada",
                                new Principals.Change(
                                        Patched.untouched(), Patched.to(List.of("reader")), Patched.untouched()),
                                by),
                () -> access.principals().delete("ada", by),
                () -> access.roles().put("reader", List.of("billing:write"), by),
                () -> access.roles().put("writer", List.of("billing:write"), by),
                () -> access.keys().create(AccessRig.key("ada").make(), by),
                () -> access.keys().rotate(key.id(), Duration.ZERO, Patched.untouched(), by));

        for (ThrowingCallable change : changes) {
            assertThatThrownBy(change).hasMessage("refused");
            assertThat(all(access)).isEqualTo(before);
        }
    }

    private static String all(AccessControl access) {
        return access.keys().list() + "\n" + access.principals().list("", 100) + "\n"
                + access.roles().list();
    }
}
