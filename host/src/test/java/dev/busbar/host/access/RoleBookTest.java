package dev.busbar.host.access;

import static dev.busbar.host.access.AccessRig.ADMIN;
import static dev.busbar.host.access.AccessRig.START;
import static dev.busbar.host.access.AccessRig.key;
import static dev.busbar.host.access.AccessRig.requester;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.busbar.host.authorization.Roles;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import dev.busbar.host.threads.NonBlocking;
import dev.busbar.plugin.Principal.Kind;
import dev.busbar.plugin.ProblemException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

class RoleBookTest {
    @TempDir
    Path data;

    @EachDatabase
    void the_default_roles_exist_from_the_start(Database database) {
        RoleBook roles = new AccessRig(database, data).access.roles();

        assertThat(roles.list())
                .extracting(RoleBook.Info::name)
                .containsExactly("admin", "analyst", "developer", "researcher");
        assertThat(roles.find("analyst").orElseThrow().permissions()).containsExactly("*:read");
        assertThat(roles.find("analyst").orElseThrow().isOwn()).isFalse();
        assertThat(roles.find("king")).isEmpty();
    }

    @EachDatabase
    void roles_are_not_read_where_nothing_may_wait(Database database) {
        AccessRig rig = new AccessRig(database, data);
        RoleBook roles = rig.access.roles();
        Roles known = roles.current();

        NonBlocking.run(() -> assertThat(roles.current()).isSameAs(known));
        rig.now.set(START.plusSeconds(2));
        NonBlocking.run(() -> assertThatThrownBy(roles::current).isInstanceOf(NonBlocking.WouldBlockException.class));

        assertThat(roles.current()).isNotSameAs(known);
    }

    @EachDatabase
    void what_a_role_permits_changes_for_its_holders_at_once(Database database) {
        AccessRig rig = new AccessRig(database, data);
        RoleBook roles = rig.access.roles();
        roles.put("steward", List.of("datasets:read"), ADMIN);
        String key = rig.access
                .keys()
                .create(key("ada").kind(Kind.SERVICE).roles("steward").make(), ADMIN)
                .key();
        assertThat(permissions(rig, key)).containsExactly("datasets:read");

        roles.put("steward", List.of("datasets:*", "datasets:read", "turbo:read"), ADMIN);
        assertThat(permissions(rig, key)).containsExactly("datasets:*", "turbo:read");

        roles.put("steward", List.of(), ADMIN);
        assertThat(permissions(rig, key)).isEmpty();
    }

    @EachDatabase
    void a_change_on_another_node_holds_within_five_seconds(Database database) {
        AccessRig rig = new AccessRig(database, data);
        rig.access.roles().put("steward", List.of("datasets:read"), ADMIN);
        String key = rig.access
                .keys()
                .create(key("ada").kind(Kind.SERVICE).roles("steward").make(), ADMIN)
                .key();
        assertThat(permissions(rig, key)).containsExactly("datasets:read");

        new AccessRig(database, data).access.roles().put("steward", List.of("turbo:read"), ADMIN);
        rig.now.set(START.plusMillis(4_999));

        assertThat(permissions(rig, key)).containsExactly("turbo:read");
    }

    @EachDatabase
    void a_default_role_is_replaced_and_comes_back(Database database) {
        RoleBook roles = new AccessRig(database, data).access.roles();

        RoleBook.Info replaced = roles.put("analyst", List.of("turbo:read"), ADMIN);
        assertThat(replaced).isEqualTo(new RoleBook.Info("analyst", Set.of("turbo:read"), true, true));

        roles.delete("analyst", ADMIN);
        assertThat(roles.find("analyst").orElseThrow().permissions()).containsExactly("*:read");
        assertThat(status(() -> roles.delete("analyst", ADMIN))).isEqualTo(404);
    }

    @EachDatabase
    void admin_stays_what_it_is(Database database) {
        RoleBook roles = new AccessRig(database, data).access.roles();

        assertThat(status(() -> roles.put("admin", List.of("*:*"), ADMIN))).isEqualTo(409);
        assertThat(status(() -> roles.delete("admin", ADMIN))).isEqualTo(404);
    }

    @EachDatabase
    void a_role_that_a_principal_holds_is_not_deleted(Database database) {
        AccessRig rig = new AccessRig(database, data);
        rig.access.roles().put("steward", List.of("datasets:read"), ADMIN);
        rig.access.principals().create(new Principals.NewPrincipal("ada", Kind.HUMAN, null, List.of("steward")), ADMIN);

        ProblemException problem = catchThrowableOfType(
                ProblemException.class, () -> rig.access.roles().delete("steward", ADMIN));
        assertThat(problem.status()).isEqualTo(409);
        assertThat(problem).hasMessageContaining("ada");

        rig.access.principals().delete("ada", ADMIN);
        rig.access.roles().delete("steward", ADMIN);
        assertThat(rig.access.roles().find("steward")).isEmpty();
    }

    @EachDatabase
    void a_requester_cannot_define_a_role_with_more_rights_than_its_own(Database database) {
        RoleBook roles = new AccessRig(database, data).access.roles();
        Requester keeper = requester("keeper", Kind.HUMAN, "host:roles", "*:read");

        assertThat(status(() -> roles.put("own", List.of("*:read", "host:keys"), keeper)))
                .isEqualTo(403);
        assertThat(status(() -> roles.put("developer", List.of("turbo:read"), keeper)))
                .isEqualTo(403);
        assertThat(status(() -> roles.put("reader", List.of("turbo:read"), keeper)))
                .isZero();
        roles.put("strong", List.of("host:keys"), AccessRig.ADMIN);
        roles.put("developer", List.of("turbo:read"), AccessRig.ADMIN);
        assertThat(status(() -> roles.put("strong", List.of(), keeper)))
                .as("as it is")
                .isEqualTo(403);
        assertThat(status(() -> roles.delete("strong", keeper))).as("as it is").isEqualTo(403);
        assertThat(status(() -> roles.delete("developer", keeper)))
                .as("as it would be")
                .isEqualTo(403);
    }

    @EachDatabase
    void what_is_no_role_is_refused(Database database) {
        RoleBook roles = new AccessRig(database, data).access.roles();

        for (String name : List.of("", "Steward", "a b", "matrix", "9x", "a".repeat(64), "*", "host:keys")) {
            assertThat(status(() -> roles.put(name, List.of(), ADMIN))).as(name).isEqualTo(422);
        }
        for (String permission : List.of("", "turbo", "turbo:", "Turbo:read", "turbo:read ", "t*:read", "a:b:c")) {
            assertThat(status(() -> roles.put("x", List.of(permission), ADMIN)))
                    .as(permission)
                    .isEqualTo(422);
        }
        assertThat(status(() -> roles.put("x", Collections.nCopies(101, "a:b"), ADMIN)))
                .isEqualTo(422);
    }

    private static Iterable<String> permissions(AccessRig rig, String key) {
        return rig.access.keys().authenticate(key).orElseThrow().permissions().names();
    }

    private static int status(ThrowingCallable act) {
        @Nullable ProblemException problem = catchThrowableOfType(ProblemException.class, act);
        return Optional.ofNullable(problem).map(ProblemException::status).orElse(0);
    }
}
