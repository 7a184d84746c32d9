package dev.busbar.host.access;

import static dev.busbar.host.access.AccessRig.ADMIN;
import static dev.busbar.host.access.AccessRig.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.busbar.host.pipeline.Caller.Account;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import dev.busbar.plugin.Principal.Kind;
import dev.busbar.plugin.ProblemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** To whose account the use of a key is put, and by which rate plan. */
final class KeyAccountTest {
    @TempDir
    Path data;

    private Keys keys(Database database) {
        return new AccessRig(database, data).access.keys();
    }

    private static AccessRig.Wanted wanted() {
        return key("ada").kind(Kind.SERVICE).roles("analyst");
    }

    private static Account account(Keys keys, Keys.Created created) {
        return keys.authenticate(created.key()).orElseThrow().caller().account();
    }

    private static Keys.Created rotated(Keys keys, Keys.Created created) {
        return keys.rotate(created.info().id(), Duration.ofDays(1), Patched.untouched(), ADMIN);
    }

    private static Keys.Change plan(Patched<String> plan) {
        return new Keys.Change(
                Patched.untouched(), Patched.untouched(), Patched.untouched(), Patched.untouched(), plan);
    }

    @EachDatabase
    void a_key_has_the_account_of_the_first_one_that_was_rotated_into_it(Database database) {
        Keys keys = keys(database);
        Keys.Created first = keys.create(wanted().plan("gold").make(), ADMIN);

        Keys.Created second = rotated(keys, first);
        Keys.Created third = rotated(keys, second);
        Account account = new Account(first.info().id(), "gold");

        assertThat(account(keys, first)).isEqualTo(account);
        assertThat(account(keys, second)).isEqualTo(account);
        assertThat(account(keys, third)).isEqualTo(account);
        assertThat(keys.current(third.info().id()).orElseThrow().caller().account())
                .isEqualTo(account);
    }

    @EachDatabase
    void another_key_of_the_same_owner_has_an_account_of_its_own(Database database) {
        Keys keys = keys(database);
        Keys.Created first = keys.create(wanted().make(), ADMIN);
        Keys.Created other = keys.create(key("ada").make(), ADMIN);

        assertThat(account(keys, first)).isEqualTo(Account.of(first.info().id()));
        assertThat(account(keys, other)).isEqualTo(Account.of(other.info().id()));
    }

    @EachDatabase
    void a_plan_that_is_changed_counts_at_once(Database database) {
        Keys keys = keys(database);
        Keys.Created made = keys.create(wanted().plan("gold").make(), ADMIN);
        assertThat(account(keys, made).plan()).isEqualTo("gold");

        keys.change(made.info().id(), plan(Patched.to("silver")), ADMIN);
        String changed = account(keys, made).plan();
        keys.change(made.info().id(), plan(Patched.to(null)), ADMIN);

        assertThat(changed).isEqualTo("silver");
        assertThat(account(keys, made).plan()).isEmpty();
    }

    @EachDatabase
    void a_plan_that_there_is_not_is_refused_when_a_key_is_made_and_when_it_is_changed(Database database) {
        Keys keys = keys(database);
        Keys.Created made = keys.create(wanted().plan("gold").make(), ADMIN);

        ProblemException atFirst = catchThrowableOfType(
                ProblemException.class,
                () -> keys.create(key("ada").plan("platinum").make(), ADMIN));
        ProblemException later = catchThrowableOfType(
                ProblemException.class, () -> keys.change(made.info().id(), plan(Patched.to("platinum")), ADMIN));

        for (ProblemException problem : new ProblemException[] {atFirst, later}) {
            assertThat(problem.status()).isEqualTo(422);
            assertThat(problem.violations())
                    .containsExactly(
                            ProblemException.Violation.of("/ratePlan", "expected: one of the rate plans gold, silver"));
        }
        assertThat(keys.find(made.info().id()).orElseThrow().ratePlan()).isEqualTo(Optional.of("gold"));
    }
}
