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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** Change, rotation and revocation of keys. */
class KeyLifeTest {
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    Path data;

    @EachDatabase
    void a_revoked_key_opens_nothing_from_then_on(Database database) {
        Keys keys = keys(database);
        Keys.Created made = make(keys, key("ada").kind(Kind.SERVICE).roles("analyst"));
        assertThat(keys.authenticate(made.key())).isPresent();
        assertThat(keys.current(made.info().id())).isPresent();

        keys.revoke(made.info().id(), ADMIN);

        assertThat(keys.authenticate(made.key())).isEmpty();
        assertThat(keys.current(made.info().id())).isEmpty();
        assertThat(keys.find(made.info().id()).orElseThrow().revokedAt()).contains(START);
        // Another node, or this one after a restart.
        assertThat(keys(database).authenticate(made.key())).isEmpty();
    }

    @EachDatabase
    void a_key_may_be_revoked_twice_and_keeps_its_time(Database database) {
        AccessRig rig = new AccessRig(database, data);
        Keys keys = rig.access.keys();
        String id = make(keys, key("ada").kind(Kind.SERVICE).roles("analyst"))
                .info()
                .id();

        keys.revoke(id, ADMIN);
        rig.now.set(START.plusSeconds(60));
        keys.revoke(id, ADMIN);

        assertThat(keys.find(id).orElseThrow().revokedAt()).contains(START);
    }

    @EachDatabase
    void what_is_not_there_cannot_be_changed(Database database) {
        Keys keys = keys(database);

        assertThat(status(() -> keys.revoke("0123456789ab", ADMIN))).isEqualTo(404);
        assertThat(status(() -> keys.rotate("0123456789ab", DAY, Patched.untouched(), ADMIN)))
                .isEqualTo(404);
        assertThat(status(() -> keys.change("'; drop table", name("x"), ADMIN))).isEqualTo(404);
        assertThat(keys.find("0123456789ab")).isEmpty();
    }

    @EachDatabase
    void a_rotated_key_works_beside_its_successor_until_the_overlap_is_over(Database database) {
        AccessRig rig = new AccessRig(database, data);
        Keys keys = rig.access.keys();
        Keys.Created old = make(
                keys,
                key("ada")
                        .kind(Kind.SERVICE)
                        .roles("researcher")
                        .permissions("turbo:read")
                        .from("10.0.0.0/8"));

        Keys.Created successor = keys.rotate(old.info().id(), DAY, Patched.untouched(), ADMIN);

        assertThat(keys.authenticate(old.key())).isPresent();
        Authenticated holder = keys.authenticate(successor.key()).orElseThrow();
        assertThat(holder.principal().id()).isEqualTo("ada");
        assertThat(holder.permissions().names()).containsExactly("turbo:read");
        assertThat(holder.mayComeFrom("10.9.9.9")).isTrue();
        assertThat(holder.mayComeFrom("11.9.9.9")).isFalse();
        assertThat(successor.info().rotatedFrom()).contains(old.info().id());
        assertThat(keys.find(old.info().id()).orElseThrow().rotatedTo())
                .contains(successor.info().id());

        rig.now.set(START.plus(DAY));

        assertThat(keys.authenticate(old.key())).isEmpty();
        assertThat(keys.authenticate(successor.key())).isPresent();
    }

    @EachDatabase
    void a_rotation_with_no_overlap_ends_the_key_at_once(Database database) {
        Keys keys = keys(database);
        Keys.Created old = make(keys, key("ada").kind(Kind.SERVICE).roles("analyst"));

        Keys.Created successor = keys.rotate(old.info().id(), Duration.ZERO, Patched.untouched(), ADMIN);

        assertThat(keys.authenticate(old.key())).isEmpty();
        assertThat(keys.authenticate(successor.key())).isPresent();
        assertThat(keys.find(old.info().id()).orElseThrow().revokedAt()).isPresent();
    }

    @EachDatabase
    void a_rotation_neither_shortens_nor_lengthens_a_life_unless_asked(Database database) {
        Keys keys = keys(database);
        Instant end = START.plus(Duration.ofDays(90));
        String id = make(keys, key("ada").kind(Kind.SERVICE).roles("analyst").expires(end))
                .info()
                .id();

        Keys.Created second = keys.rotate(id, DAY, Patched.untouched(), ADMIN);
        assertThat(second.info().expiresAt()).contains(end);
        Keys.Created third = keys.rotate(second.info().id(), DAY, Patched.to(end.plus(DAY)), ADMIN);
        assertThat(third.info().expiresAt()).contains(end.plus(DAY));
        assertThat(keys.find(second.info().id()).orElseThrow().expiresAt()).contains(START.plus(DAY));
        assertThat(status(() -> keys.rotate(third.info().id(), DAY, Patched.to(START), ADMIN)))
                .isEqualTo(422);
        assertThat(status(() -> keys.rotate(third.info().id(), Duration.ofDays(31), Patched.untouched(), ADMIN)))
                .isEqualTo(422);
        assertThat(status(() -> keys.rotate(third.info().id(), DAY.negated(), Patched.untouched(), ADMIN)))
                .isEqualTo(422);
    }

    @EachDatabase
    void of_many_that_rotate_a_key_at_once_one_gets_its_successor(Database database) throws Exception {
        Keys keys = keys(database);
        String id = make(keys, key("ada").kind(Kind.SERVICE).roles("analyst"))
                .info()
                .id();
        CountDownLatch go = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<Integer>> outcomes = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Callable<Integer> rotation = () -> {
                go.await();
                return status(() -> keys.rotate(id, DAY, Patched.untouched(), ADMIN));
            };
            outcomes.add(threads.submit(rotation));
        }

        go.countDown();

        List<Integer> statuses = new ArrayList<>();
        for (Future<Integer> outcome : outcomes) {
            statuses.add(outcome.get());
        }
        threads.shutdown();
        assertThat(statuses).containsOnly(0, 409).containsOnlyOnce(0);
        assertThat(keys.list()).hasSize(2);
    }

    @EachDatabase
    void a_key_is_narrowed_widened_and_limited_by_a_patch(Database database) {
        Keys keys = keys(database);
        Keys.Created made = make(keys, key("ada").kind(Kind.SERVICE).roles("researcher"));
        Patched<List<String>> turbo = Patched.to(List.of("turbo:read"));

        keys.change(made.info().id(), change(turbo, Patched.untouched(), Patched.to(List.of("10.0.0.0/8"))), ADMIN);
        Authenticated narrow = keys.authenticate(made.key()).orElseThrow();
        assertThat(narrow.permissions().names()).containsExactly("turbo:read");
        assertThat(narrow.mayComeFrom("192.168.1.1")).isFalse();

        keys.change(made.info().id(), change(Patched.removed(), Patched.to(START.plus(DAY)), Patched.removed()), ADMIN);
        Authenticated wide = keys.authenticate(made.key()).orElseThrow();
        assertThat(wide.permissions().names()).contains("datasets:*");
        assertThat(wide.mayComeFrom("192.168.1.1")).isTrue();
        assertThat(wide.expiresAt()).contains(START.plus(DAY));

        Keys.Info last = keys.change(
                made.info().id(), change(Patched.untouched(), Patched.removed(), Patched.untouched()), ADMIN);
        assertThat(last.expiresAt()).isEmpty();
    }

    @EachDatabase
    void a_patch_that_does_not_fit_changes_nothing(Database database) {
        Keys keys = keys(database);
        Keys.Created made = make(keys, key("ada").kind(Kind.SERVICE).roles("researcher"));
        Keys.Info before = keys.find(made.info().id()).orElseThrow();

        ProblemException problem = catchThrowableOfType(
                ProblemException.class,
                () -> keys.change(
                        made.info().id(),
                        new Keys.Change(
                                Patched.to("two\nlines"),
                                Patched.to(List.of("turbo")),
                                Patched.to(START.minusSeconds(1)),
                                Patched.to(List.of("localhost", "10.0.0.1/8")),
                                Patched.to("Gold!")),
                        ADMIN));

        assertThat(problem.violations())
                .extracting(ProblemException.Violation::pointer)
                .containsExactly(
                        "/name", "/permissions/0", "/expiresAt", "/allowedFrom/0", "/allowedFrom/1", "/ratePlan");
        assertThat(keys.find(made.info().id())).contains(before);
    }

    @EachDatabase
    void a_key_that_has_ended_stays_as_it_is(Database database) {
        AccessRig rig = new AccessRig(database, data);
        Keys keys = rig.access.keys();
        String revoked = make(keys, key("ada").kind(Kind.SERVICE).roles("analyst"))
                .info()
                .id();
        String expired =
                make(keys, key("ada").expires(START.plusSeconds(1))).info().id();
        keys.revoke(revoked, ADMIN);
        rig.now.set(START.plusSeconds(1));

        for (String id : List.of(revoked, expired)) {
            assertThat(status(() -> keys.change(
                            id, change(Patched.untouched(), Patched.removed(), Patched.untouched()), ADMIN)))
                    .isEqualTo(409);
            assertThat(status(() -> keys.rotate(id, DAY, Patched.untouched(), ADMIN)))
                    .isEqualTo(409);
        }
    }

    @EachDatabase
    void a_key_of_another_needs_the_permission_over_principals(Database database) {
        Keys keys = keys(database);
        make(keys, key("ada").kind(Kind.SERVICE).roles("analyst"));
        Requester keeper = requester("keeper", Kind.HUMAN, "host:keys", "*:read");

        ProblemException problem = catchThrowableOfType(
                ProblemException.class, () -> keys.create(key("ada").make(), keeper));

        assertThat(problem.status()).isEqualTo(403);
        assertThat(problem.members()).containsEntry("requiredPermission", "host:roles");
        // A revocation needs only the permission over keys.
        assertThat(status(() -> keys.revoke(keys.list().get(0).id(), keeper))).isZero();
    }

    /** Whoever rotates a key gets to know its successor. */
    @EachDatabase
    void a_key_that_permits_more_is_neither_rotated_nor_changed(Database database) {
        Keys keys = keys(database);
        String boss =
                make(keys, key("boss").kind(Kind.HUMAN).roles("admin")).info().id();
        Requester keeper = requester("keeper", Kind.HUMAN, "host:keys", "host:roles", "*:read");
        Keys.Change rename = new Keys.Change(
                Patched.to("x"), Patched.untouched(), Patched.untouched(), Patched.untouched(), Patched.untouched());

        assertThat(status(() -> keys.rotate(boss, Duration.ofHours(1), Patched.untouched(), keeper)))
                .isEqualTo(403);
        assertThat(status(() -> keys.change(boss, rename, keeper))).isEqualTo(403);
        assertThat(keys.list()).hasSize(1);
    }

    @EachDatabase
    void the_last_key_that_may_do_everything_is_rotated_not_revoked(Database database) {
        AccessRig rig = new AccessRig(database, data);
        Keys keys = rig.access.keys();
        String first = keys.ensureBootstrapKey().orElseThrow();
        String id = keys.authenticate(first).orElseThrow().keyId();
        make(keys, key("ada").kind(Kind.SERVICE).roles("analyst"));
        make(keys, key("admin").permissions("host:keys"));

        assertThat(status(() -> keys.revoke(id, ADMIN))).isEqualTo(409);
        assertThat(status(() -> keys.change(
                        id, change(Patched.to(List.of("*:read")), Patched.untouched(), Patched.untouched()), ADMIN)))
                .isEqualTo(409);
        assertThat(keys.authenticate(first)).isPresent();

        keys.rotate(id, Duration.ZERO, Patched.untouched(), ADMIN);
        assertThat(keys.authenticate(first)).isEmpty();
    }

    @EachDatabase
    void the_last_use_is_written_late_and_to_the_minute(Database database) {
        AccessRig rig = new AccessRig(database, data);
        Keys keys = rig.access.keys();
        String id = make(keys, key("ada").kind(Kind.SERVICE).roles("analyst"))
                .info()
                .id();

        rig.now.set(START.plusSeconds(61));
        keys.used(id, "10.0.0.1");
        keys.used(id, "10.0.0.2");
        assertThat(keys.find(id).orElseThrow().lastUsedAt()).isEmpty();
        keys.writeUses();

        assertThat(keys.find(id).orElseThrow().lastUsedAt()).contains(START.plusSeconds(60));
        assertThat(keys.find(id).orElseThrow().lastUsedFrom()).contains("10.0.0.1");
    }

    @EachDatabase
    void while_the_store_is_unavailable_cached_keys_count_for_five_minutes(Database database) {
        AccessRig rig = new AccessRig(database, data);
        Keys keys = rig.access.keys();
        Keys.Created made = make(keys, key("ada").kind(Kind.SERVICE).roles("analyst"));
        assertThat(keys.authenticate(made.key())).isPresent();
        assertThat(keys.current(made.info().id())).isPresent();
        database.close();

        rig.now.set(START.plus(Duration.ofMinutes(4)));
        assertThat(keys.authenticate(made.key())).isPresent();
        assertThat(keys.current(made.info().id())).isPresent();
        assertThat(status(() -> keys.authenticate(keys.generate().text()))).isEqualTo(503);

        rig.now.set(START.plus(Duration.ofMinutes(5)));
        assertThat(status(() -> keys.authenticate(made.key()))).isEqualTo(503);
        assertThat(status(() -> keys.current(made.info().id()))).isEqualTo(503);
    }

    /** Case 28 of the attack cases: what is looked up does not tell what is wrong, so neither does the time it takes. */
    @EachDatabase
    void whatever_is_wrong_with_a_key_the_same_is_looked_up(Database database) {
        AccessRig rig = new AccessRig(database, data);
        Keys keys = rig.access.keys();
        Keys.Created good = make(keys, key("ada").kind(Kind.SERVICE).roles("analyst"));
        Keys.Created revoked = make(keys, key("ada"));
        Keys.Created expired = make(keys, key("ada").expires(START.plusSeconds(1)));
        Keys.Created disabled = make(keys, key("off").kind(Kind.SERVICE).roles("analyst"));
        keys.revoke(revoked.info().id(), ADMIN);
        Principals.Change off = new Principals.Change(Patched.untouched(), Patched.untouched(), Patched.to(true));
        rig.access.principals().change("off", off, ADMIN);
        String unknown = keys.generate().text();
        List<List<String>> looked = new ArrayList<>();
        List<String> statements = new ArrayList<>();
        database.jdbi().setSqlLogger(new SqlLogger() {
            @Override
            public void logBeforeExecution(StatementContext context) {
                statements.add(String.valueOf(context.getRawSql()));
            }
        });

        for (String text : List.of(good.key(), unknown, revoked.key(), expired.key(), disabled.key())) {
            rig.now.updateAndGet(now -> now.plusSeconds(10)); // so that nothing is kept of what was read before
            statements.clear();
            assertThat(keys.authenticate(text).isPresent()).isEqualTo(text.equals(good.key()));
            looked.add(List.copyOf(statements));
        }

        assertThat(looked.get(0)).isNotEmpty();
        assertThat(looked).allMatch(looked.get(0)::equals);
    }

    private Keys keys(Database database) {
        return new AccessRig(database, data).access.keys();
    }

    private static Keys.Created make(Keys keys, AccessRig.Wanted wanted) {
        return keys.create(wanted.make(), ADMIN);
    }

    private static Keys.Change name(String name) {
        return new Keys.Change(
                Patched.to(name), Patched.untouched(), Patched.untouched(), Patched.untouched(), Patched.untouched());
    }

    private static Keys.Change change(
            Patched<List<String>> permissions, Patched<Instant> end, Patched<List<String>> allowedFrom) {
        return new Keys.Change(Patched.untouched(), permissions, end, allowedFrom, Patched.untouched());
    }

    /** The status of the problem; 0 where there is none. */
    private static int status(ThrowingCallable act) {
        @Nullable ProblemException problem = catchThrowableOfType(ProblemException.class, act);
        return Optional.ofNullable(problem).map(ProblemException::status).orElse(0);
    }
}
