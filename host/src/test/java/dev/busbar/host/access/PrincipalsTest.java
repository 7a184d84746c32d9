package dev.busbar.host.access;

import static dev.busbar.host.access.AccessRig.ADMIN;
import static dev.busbar.host.access.AccessRig.START;
import static dev.busbar.host.access.AccessRig.key;
import static dev.busbar.host.access.AccessRig.requester;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import dev.busbar.plugin.Principal.Kind;
import dev.busbar.plugin.ProblemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

class PrincipalsTest {
    private static final Patched<String> SAME_NAME = Patched.untouched();
    private static final Patched<List<String>> SAME_ROLES = Patched.untouched();
    private static final Patched<Boolean> SAME_STATE = Patched.untouched();

    @TempDir
    Path data;

    @EachDatabase
    void a_principal_is_made_shown_and_listed_in_order(Database database) {
        Principals principals = access(database).principals();
        create(principals, "zoe", Kind.HUMAN, "analyst", "researcher");
        Principals.Info bot = create(principals, "bot", Kind.SERVICE);

        assertThat(principals.find("bot")).contains(bot);
        assertThat(principals.list("", 10)).extracting(Principals.Info::id).containsExactly("bot", "zoe");
        assertThat(principals.list("bot", 10)).extracting(Principals.Info::id).containsExactly("zoe");
        assertThat(principals.list("", 1)).extracting(Principals.Info::id).containsExactly("bot");
        assertThat(principals.find("zoe").orElseThrow().roles()).containsExactly("analyst", "researcher");
        assertThat(principals.find("zoe").orElseThrow().permissions()).contains("*:read", "glimpse:*");
        assertThat(principals.find("nobody")).isEmpty();
    }

    @EachDatabase
    void each_member_that_does_not_fit_is_named(Database database) {
        Principals principals = access(database).principals();

        ProblemException problem = catchThrowableOfType(
                ProblemException.class,
                () -> principals.create(
                        new Principals.NewPrincipal("-x", Kind.PLATFORM, "a\u2028b", List.of("analyst", "king")),
                        ADMIN));

        assertThat(problem.status()).isEqualTo(422);
        assertThat(problem.violations())
                .extracting(ProblemException.Violation::pointer)
                .containsExactlyInAnyOrder("/id", "/name", "/kind", "/roles/1");
    }

    @EachDatabase
    void a_change_of_roles_holds_for_keys_at_once(Database database) {
        AccessControl access = access(database);
        create(access.principals(), "ada", Kind.SERVICE, "researcher");
        String key = access.keys().create(key("ada").make(), ADMIN).key();
        assertThat(permissions(access, key)).contains("datasets:*");

        access.principals()
                .change("ada", new Principals.Change(SAME_NAME, Patched.to(List.of("analyst")), SAME_STATE), ADMIN);

        assertThat(permissions(access, key)).containsExactly("*:read");
    }

    @EachDatabase
    void a_disabled_principal_may_do_nothing_until_it_is_enabled(Database database) {
        AccessControl access = access(database);
        create(access.principals(), "ada", Kind.SERVICE, "analyst");
        String key = access.keys().create(key("ada").make(), ADMIN).key();

        Principals.Info disabled = disable(access.principals(), "ada", true, ADMIN);
        assertThat(disabled.disabledAt()).contains(START);
        assertThat(access.keys().authenticate(key)).isEmpty();

        disable(access.principals(), "ada", false, ADMIN);
        assertThat(access.keys().authenticate(key)).isPresent();
    }

    @EachDatabase
    void deleting_a_principal_revokes_its_keys_and_retires_its_id(Database database) {
        AccessControl access = access(database);
        create(access.principals(), "ada", Kind.SERVICE, "analyst");
        Keys.Created key = access.keys().create(key("ada").make(), ADMIN);

        access.principals().delete("ada", ADMIN);

        assertThat(access.keys().authenticate(key.key())).isEmpty();
        assertThat(access.keys().current(key.info().id())).isEmpty();
        assertThat(access.keys().find(key.info().id()).orElseThrow().revokedAt())
                .contains(START);
        assertThat(access.principals().find("ada")).isEmpty();
        assertThat(access.principals().list("", 10)).isEmpty();
        assertThat(status(() -> create(access.principals(), "ada", Kind.SERVICE, "analyst")))
                .isEqualTo(409);
        assertThat(status(() -> access.keys().create(key("ada").make(), ADMIN))).isEqualTo(422);
        assertThat(status(() -> access.principals().delete("ada", ADMIN))).isEqualTo(404);
    }

    @EachDatabase
    void a_requester_cannot_give_roles_with_more_rights_than_its_own(Database database) {
        Principals principals = access(database).principals();
        Requester keeper = requester("keeper", Kind.HUMAN, "host:roles", "*:read");
        create(principals, "boss", Kind.HUMAN, "admin");
        principals.create(new Principals.NewPrincipal("eve", Kind.HUMAN, null, List.of("analyst")), keeper);

        assertThat(missing(() -> principals.create(
                        new Principals.NewPrincipal("mallory", Kind.HUMAN, null, List.of("developer")), keeper)))
                .isEqualTo("echoes:*");
        assertThat(missing(() -> principals.change(
                        "eve", new Principals.Change(SAME_NAME, Patched.to(List.of("admin")), SAME_STATE), keeper)))
                .isEqualTo("*:*");
        // Nor can a requester change a principal with more rights.
        assertThat(missing(() -> disable(principals, "boss", true, keeper))).isEqualTo("*:*");
        assertThat(missing(() -> principals.change(
                        "boss", new Principals.Change(SAME_NAME, Patched.to(List.of("analyst")), SAME_STATE), keeper)))
                .as("nor take from it what it lacks")
                .isEqualTo("*:*");
        assertThat(missing(() -> principals.delete("boss", keeper))).isEqualTo("*:*");
        assertThat(status(() -> disable(principals, "eve", true, keeper))).isZero();
    }

    @EachDatabase
    void a_program_makes_no_person(Database database) {
        Principals principals = access(database).principals();
        Requester robot = requester("robot", Kind.SERVICE, "*:*", "host:*");

        assertThat(status(() -> principals.create(
                        new Principals.NewPrincipal("eve", Kind.HUMAN, null, List.of("analyst")), robot)))
                .isEqualTo(403);
    }

    @EachDatabase
    void an_administrator_is_always_left(Database database) {
        AccessControl access = access(database);
        create(access.principals(), "boss", Kind.HUMAN, "admin");
        access.keys().create(key("boss").make(), ADMIN);
        create(access.principals(), "idle", Kind.HUMAN, "admin"); // without a key
        Principals.Change demotion = new Principals.Change(SAME_NAME, Patched.to(List.of("analyst")), SAME_STATE);

        assertThat(status(() -> disable(access.principals(), "boss", true, ADMIN)))
                .isEqualTo(409);
        assertThat(status(() -> access.principals().delete("boss", ADMIN))).isEqualTo(409);
        assertThat(status(() -> access.principals().change("boss", demotion, ADMIN)))
                .isEqualTo(409);

        access.keys().create(key("idle").make(), ADMIN);
        assertThat(status(() -> access.principals().delete("boss", ADMIN))).isZero();
    }

    @EachDatabase
    void two_administrators_who_demote_each_other_leave_one(Database database) throws Exception {
        AccessControl access = access(database);
        for (String id : List.of("ada", "bob")) {
            create(access.principals(), id, Kind.HUMAN, "admin");
            access.keys().create(key(id).make(), ADMIN);
        }
        CountDownLatch go = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        List<Future<Integer>> outcomes = new ArrayList<>();
        for (String id : List.of("ada", "bob")) {
            outcomes.add(threads.submit(() -> {
                go.await();
                return status(() -> disable(access.principals(), id, true, ADMIN));
            }));
        }

        go.countDown();

        assertThat(List.of(outcomes.get(0).get(), outcomes.get(1).get())).containsExactlyInAnyOrder(0, 409);
        threads.shutdown();
    }

    private AccessControl access(Database database) {
        return new AccessRig(database, data).access;
    }

    private static Principals.Info create(Principals principals, String id, Kind kind, String... roles) {
        return principals.create(new Principals.NewPrincipal(id, kind, null, List.of(roles)), ADMIN);
    }

    private static Principals.Info disable(Principals principals, String id, boolean disabled, Requester by) {
        return principals.change(id, new Principals.Change(SAME_NAME, SAME_ROLES, Patched.to(disabled)), by);
    }

    private static Iterable<String> permissions(AccessControl access, String key) {
        return access.keys().authenticate(key).orElseThrow().permissions().names();
    }

    private static String missing(ThrowingCallable act) {
        return String.valueOf(
                catchThrowableOfType(ProblemException.class, act).members().get("requiredPermission"));
    }

    private static int status(ThrowingCallable act) {
        @Nullable ProblemException problem = catchThrowableOfType(ProblemException.class, act);
        return Optional.ofNullable(problem).map(ProblemException::status).orElse(0);
    }
}
