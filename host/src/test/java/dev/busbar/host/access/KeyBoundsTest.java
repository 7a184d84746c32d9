package dev.busbar.host.access;

import static dev.busbar.host.access.AccessRig.ADMIN;
import static dev.busbar.host.access.AccessRig.START;
import static dev.busbar.host.access.AccessRig.key;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** Bounds that a credential passes on to the keys it creates, and rights that cannot be removed. */
class KeyBoundsTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Patched<List<String>> SAME = Patched.untouched();

    @TempDir
    Path data;

    @EachDatabase
    void an_expiring_key_makes_none_that_outlives_it(Database database) {
        Keys keys = keys(database);
        Instant end = START.plus(DAY);
        Keys.Created boss =
                make(keys, key("boss").kind(Kind.HUMAN).roles("admin").expires(end));
        Requester by = AccessRig.holder(boss.info().id(), Optional.of(end), "boss", Kind.HUMAN, "*:*", "host:*");

        assertThat(status(() -> keys.create(key("boss").make(), by))).isEqualTo(422);
        assertThat(status(() ->
                        keys.create(key("boss").expires(end.plusSeconds(1)).make(), by)))
                .isEqualTo(422);
        assertThat(status(() -> keys.rotate(boss.info().id(), DAY, Patched.to(end.plusSeconds(1)), by)))
                .isEqualTo(422);
        assertThat(status(() -> keys.change(
                        boss.info().id(), change(Patched.untouched(), Patched.removed(), Patched.untouched()), by)))
                .isEqualTo(422);
        assertThat(status(() -> keys.create(key("boss").expires(end).make(), by)))
                .isZero();
    }

    @EachDatabase
    void a_token_makes_no_key_that_outlives_it_wherever_it_comes_from(Database database) {
        Keys keys = keys(database);
        Keys.Created boss = make(keys, key("boss").kind(Kind.HUMAN).roles("admin"));
        Optional<Instant> end = Optional.of(START.plusSeconds(900));
        Requester token = AccessRig.holder(boss.info().id(), end, "boss", Kind.HUMAN, "*:*", "host:*");
        Requester outside = AccessRig.holder("sso:token", end, "sso|ada", Kind.HUMAN, "*:*", "host:*");

        assertThat(status(() -> keys.create(key("boss").make(), token))).isEqualTo(422);
        assertThat(status(() -> keys.rotate(boss.info().id(), DAY, Patched.untouched(), token)))
                .isEqualTo(422);
        assertThat(status(() -> keys.create(key("boss").make(), outside))).isEqualTo(422);
        assertThat(status(() -> keys.create(key("boss").expires(end.get()).make(), outside)))
                .isZero();
    }

    @EachDatabase
    void a_key_that_is_bound_to_addresses_binds_what_it_makes(Database database) {
        Keys keys = keys(database);
        Keys.Created boss =
                make(keys, key("boss").kind(Kind.HUMAN).roles("admin").from("10.0.0.0/8", "2001:db8::/32"));
        String id = boss.info().id();
        Requester by = AccessRig.keyHolder(id, "boss", Kind.HUMAN, "*:*", "host:*");

        assertThat(status(() -> keys.create(key("boss").make(), by))).isEqualTo(422);
        assertThat(status(() ->
                        keys.create(key("boss").from("10.1.0.0/16", "11.0.0.1").make(), by)))
                .isEqualTo(422);
        assertThat(status(() -> keys.create(key("boss").from("0.0.0.0/0").make(), by)))
                .isEqualTo(422);
        assertThat(status(() -> keys.change(id, allowedFrom(Patched.removed()), by)))
                .isEqualTo(422);
        assertThat(status(() -> keys.change(id, allowedFrom(Patched.to(List.of("10.0.0.0/7"))), by)))
                .isEqualTo(422);
        assertThat(status(() -> keys.change(id, allowedFrom(Patched.to(List.of("10.1.0.0/16"))), by)))
                .isZero();
        assertThat(status(() -> keys.create(key("boss").from("10.1.3.4").make(), by)))
                .isZero();
        assertThat(status(() -> keys.rotate(id, DAY, Patched.untouched(), by))).isZero();
    }

    @EachDatabase
    void a_bounded_credential_widens_no_key_that_lasts(Database database) {
        Keys keys = keys(database);
        Instant end = START.plusSeconds(40);
        Keys.Created boss = make(
                keys, key("boss").kind(Kind.HUMAN).roles("admin").expires(end).from("10.0.0.0/8"));
        String weak = make(keys, key("boss").permissions("turbo:read")).info().id();
        Requester by = AccessRig.holder(boss.info().id(), Optional.of(end), "boss", Kind.HUMAN, "*:*", "host:*");
        Patched<Instant> sameEnd = Patched.untouched();

        for (Patched<List<String>> more :
                List.of(Patched.<List<String>>removed(), Patched.to(List.of("turbo:read", "host:keys")))) {
            assertThat(status(() -> keys.change(weak, change(more, sameEnd, SAME), by)))
                    .isEqualTo(422);
        }
        assertThat(status(() -> keys.change(weak, ratePlan("gold"), by))).isEqualTo(422);
        assertThat(status(() -> keys.change(weak, change(Patched.to(List.of("turbo:read")), sameEnd, SAME), by)))
                .as("nothing more than before")
                .isZero();
        assertThat(status(() -> keys.change(
                        weak, change(Patched.removed(), Patched.to(end), Patched.to(List.of("10.1.2.3"))), by)))
                .as("within its own bounds")
                .isZero();
    }

    @EachDatabase
    void a_bounded_credential_gives_principals_and_roles_nothing_that_lasts(Database database) {
        AccessRig rig = new AccessRig(database, data);
        Optional<Instant> end = Optional.of(START.plusSeconds(30));
        make(rig.access.keys(), key("weak").kind(Kind.HUMAN).roles("analyst"));
        String bound = make(
                        rig.access.keys(),
                        key("boss").kind(Kind.HUMAN).roles("admin").from("10.0.0.0/8"))
                .info()
                .id();
        Principals principals = rig.access.principals();
        RoleBook roles = rig.access.roles();
        roles.put("analyst", List.of(), ADMIN);
        for (Requester by : List.of(
                AccessRig.holder("corp:ada", end, "corp:ada", Kind.HUMAN, "*:*", "host:*"),
                AccessRig.keyHolder(bound, "boss", Kind.HUMAN, "*:*", "host:*"))) {
            assertThat(status(() -> principals.change("weak", roles("admin", "analyst"), by)))
                    .isEqualTo(403);
            assertThat(status(() -> roles.put("analyst", List.of("host:keys"), by)))
                    .isEqualTo(403);
            assertThat(status(() -> roles.delete("analyst", by)))
                    .as("the default role permits more")
                    .isEqualTo(403);
            assertThat(status(() -> principals.change("weak", disabled(true), by)))
                    .isZero();
            assertThat(status(() -> principals.change("weak", roles("admin"), by)))
                    .as("of no use while it is disabled")
                    .isZero();
            assertThat(status(() -> principals.change("weak", disabled(false), by)))
                    .isEqualTo(403);
            assertThat(status(() -> principals.change("weak", roles("analyst"), ADMIN)))
                    .isZero();
            assertThat(status(() -> principals.change("weak", disabled(false), ADMIN)))
                    .isZero();
        }
        assertThat(status(() -> roles.delete("analyst", ADMIN))).isZero();
    }

    private static Principals.Change roles(String... names) {
        return new Principals.Change(Patched.untouched(), Patched.to(List.of(names)), Patched.untouched());
    }

    private static Principals.Change disabled(boolean disabled) {
        return new Principals.Change(Patched.untouched(), Patched.untouched(), Patched.to(disabled));
    }

    private static Keys.Change ratePlan(String plan) {
        return new Keys.Change(Patched.untouched(), SAME, Patched.untouched(), Patched.untouched(), Patched.to(plan));
    }

    @EachDatabase
    void a_way_in_that_lasts_is_not_traded_for_one_that_ends_or_is_bound(Database database) {
        Keys keys = keys(database);
        String lasting =
                make(keys, key("boss").kind(Kind.HUMAN).roles("admin")).info().id();
        make(keys, key("boss").expires(START.plusSeconds(1)));
        make(keys, key("boss").from("10.0.0.1"));

        assertThat(status(() -> keys.revoke(lasting, ADMIN))).isEqualTo(409);
        assertThat(status(() -> keys.rotate(lasting, Duration.ZERO, Patched.to(START.plusSeconds(5)), ADMIN)))
                .isEqualTo(409);
        assertThat(status(() -> keys.change(lasting, allowedFrom(Patched.to(List.of("10.0.0.2"))), ADMIN)))
                .isEqualTo(409);
        assertThat(status(() -> keys.rotate(lasting, Duration.ZERO, Patched.untouched(), ADMIN)))
                .isZero();
    }

    @EachDatabase
    void of_a_revocation_and_a_disabling_that_meet_one_is_refused(Database database) throws Exception {
        for (int round = 0; round < 5; round++) {
            AccessRig rig = new AccessRig(database, data.resolve("round-" + round));
            Keys keys = rig.access.keys();
            String ada = make(keys, key("ada-" + round).kind(Kind.HUMAN).roles("admin"))
                    .info()
                    .id();
            String bob = "bob-" + round;
            make(keys, key(bob).kind(Kind.HUMAN).roles("admin"));
            CountDownLatch go = new CountDownLatch(1);
            ExecutorService threads = Executors.newFixedThreadPool(2);
            List<Future<Integer>> outcomes = new ArrayList<>();
            outcomes.add(threads.submit(() -> {
                go.await();
                return status(() -> keys.revoke(ada, ADMIN));
            }));
            outcomes.add(threads.submit(() -> {
                go.await();
                Principals.Change off =
                        new Principals.Change(Patched.untouched(), Patched.untouched(), Patched.to(true));
                return status(() -> rig.access.principals().change(bob, off, ADMIN));
            }));

            go.countDown();

            assertThat(List.of(outcomes.get(0).get(), outcomes.get(1).get())).containsExactlyInAnyOrder(0, 409);
            threads.shutdown();
            database.jdbi().useHandle(handle -> handle.execute("update principal set disabled_at = created_at"));
        }
    }

    @EachDatabase
    void a_key_is_revoked_here_while_the_store_is_unavailable(Database database) {
        Keys keys = keys(database);
        Keys.Created made = make(keys, key("ada").kind(Kind.SERVICE).roles("analyst"));
        assertThat(keys.authenticate(made.key())).isPresent();
        database.close();

        keys.revoke(made.info().id(), ADMIN);

        assertThat(keys.authenticate(made.key())).isEmpty();
    }

    private Keys keys(Database database) {
        return new AccessRig(database, data).access.keys();
    }

    private static Keys.Created make(Keys keys, AccessRig.Wanted wanted) {
        return keys.create(wanted.make(), ADMIN);
    }

    private static Keys.Change allowedFrom(Patched<List<String>> ranges) {
        return new Keys.Change(Patched.untouched(), SAME, Patched.untouched(), ranges, Patched.untouched());
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
