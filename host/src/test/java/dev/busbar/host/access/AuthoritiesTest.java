package dev.busbar.host.access;

import static dev.busbar.host.access.AccessRig.ADMIN;
import static dev.busbar.host.access.AccessRig.START;
import static dev.busbar.host.access.AccessRig.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import dev.busbar.plugin.Principal;
import dev.busbar.plugin.Principal.Kind;
import dev.busbar.plugin.ProblemException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/** Requesters whose rights end between the begin of their request and the transaction of their change. */
class AuthoritiesTest {
    @TempDir
    Path data;

    private static void assertRefused(AccessRig rig, Requester by, int status) {
        Keys keys = rig.access.keys();
        String other = keys.create(
                        key("other-" + System.nanoTime())
                                .kind(Kind.HUMAN)
                                .roles("analyst")
                                .make(),
                        ADMIN)
                .info()
                .id();
        Keys.Change rename = new Keys.Change(
                Patched.to("x"), Patched.untouched(), Patched.untouched(), Patched.untouched(), Patched.untouched());
        Principals.Change rest = new Principals.Change(Patched.to("x"), Patched.untouched(), Patched.untouched());
        Principals.NewPrincipal eve = new Principals.NewPrincipal("eve", Kind.HUMAN, null, List.of());
        for (Runnable change : List.<Runnable>of(
                () -> keys.create(key("ada").make(), by),
                () -> keys.change(other, rename, by),
                () -> keys.rotate(other, Duration.ZERO, Patched.untouched(), by),
                () -> keys.revoke(other, by),
                () -> rig.access.principals().create(eve, by),
                () -> rig.access.principals().change("ada", rest, by),
                () -> rig.access.principals().delete("ada", by),
                () -> rig.access.roles().put("x", List.of(), by),
                () -> rig.access.roles().delete("x", by))) {
            ProblemException problem = catchThrowableOfType(ProblemException.class, change::run);
            assertThat(problem).isNotNull().extracting(ProblemException::status).isEqualTo(status);
        }
        assertThat(rig.access.roles().find("x")).isEmpty();
        assertThat(rig.access.principals().find("eve")).isEmpty();
        assertThat(keys.find(other)).map(Keys.Info::name).contains("a key");
    }

    /** The change of another node is only in the store: the cache of this node still has the key. */
    @EachDatabase
    void a_key_that_another_node_revoked_a_moment_ago_changes_nothing(Database database) {
        AccessRig rig = new AccessRig(database, data);
        Requester ada = rig.admin("ada");
        database.jdbi().useHandle(handle -> handle.execute("update api_key set revoked_at = created_at"));

        assertRefused(rig, ada, 401);
    }

    @EachDatabase
    void an_owner_that_was_disabled_changes_nothing(Database database) {
        AccessRig rig = new AccessRig(database, data);
        Requester ada = rig.admin("ada");
        database.jdbi().useHandle(handle -> handle.execute("update principal set disabled_at = created_at"));

        assertRefused(rig, ada, 401);
    }

    @EachDatabase
    void a_role_that_was_taken_away_permits_nothing(Database database) {
        AccessRig rig = new AccessRig(database, data);
        Requester ada = rig.admin("ada");
        database.jdbi().useHandle(handle -> handle.execute("update principal set roles = 'analyst'"));

        assertRefused(rig, ada, 403);
    }

    @EachDatabase
    void an_address_that_was_taken_away_changes_nothing(Database database) {
        AccessRig rig = new AccessRig(database, data);
        Requester ada = rig.admin("ada");
        database.jdbi().useHandle(handle -> handle.execute("update api_key set allowed_from = '10.9.9.9'"));

        assertRefused(rig, ada, 401);
    }

    @EachDatabase
    void a_credential_that_expired_meanwhile_changes_nothing(Database database) {
        AccessRig rig = new AccessRig(database, data);
        Requester token = AccessRig.holder(
                "corp:ada", Optional.of(START.plusSeconds(20)), "corp:ada", Kind.HUMAN, "*:*", "host:*");
        rig.now.set(START.plusSeconds(20));

        assertRefused(rig, token, 401);
    }

    @EachDatabase
    void a_token_that_was_revoked_meanwhile_changes_nothing(Database database) {
        AccessRig rig = new AccessRig(database, data);
        Caller caller = new Caller(
                Principal.of("corp:ada", Kind.HUMAN, Set.of("admin")),
                "corp:ada",
                Set.of("*:*", "host:*"),
                Optional.<Instant>empty(),
                permission -> true,
                Caller.Account.of("corp:ada"),
                new Caller.Credential() {
                    @Override
                    public boolean hasEnded() {
                        return true;
                    }

                    @Override
                    public Optional<Caller> current(Caller before, String address) {
                        return Optional.empty();
                    }
                });

        assertRefused(rig, Requester.of(caller, "10.1.2.3", "request-1"), 401);
    }
}
