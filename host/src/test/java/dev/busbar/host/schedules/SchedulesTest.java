package dev.busbar.host.schedules;

import static dev.busbar.host.schedules.ScheduleRig.admin;
import static dev.busbar.host.schedules.ScheduleRig.hourly;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.access.Keys;
import dev.busbar.host.access.Patched;
import dev.busbar.host.access.Requester;
import dev.busbar.host.schedules.ScheduleStore.Outcome;
import dev.busbar.host.schedules.ScheduleStore.Row;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import dev.busbar.plugin.ProblemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/** Schedules as their owners, administrators and plugins change them. */
class SchedulesTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path data;

    @EachDatabase
    void a_revoked_key_suspends_the_schedule_until_its_owner_resumes_it(Database database) {
        ScheduleRig rig = new ScheduleRig(database, data);
        Requester ada = rig.caller("ada", "analyst");
        Requester other = rig.caller("ada", "analyst");
        Row row = rig.schedules.create(hourly(Map.of()), ada);

        rig.keys().revoke(ada.caller().keyId(), admin());
        rig.clock.advance(HOUR);
        rig.schedules.fire();

        assertThat(rig.queue.jobs).isEmpty();
        Row suspended = rig.schedules.find(row.id(), other.caller());
        assertThat(suspended.state()).isEqualTo("suspended");
        assertThat(suspended.reason()).contains("revoked");
        assertThatThrownBy(() -> rig.schedules.resume(row.id(), admin())).hasMessageContaining("only the owner");
        assertThatThrownBy(() -> rig.schedules.run(row.id(), other)).hasMessageContaining("revoked");

        assertThat(rig.schedules.resume(row.id(), other).state()).isEqualTo("active");
        rig.clock.advance(HOUR);
        rig.schedules.fire();
        assertThat(rig.queue.last().as().keyId()).isEqualTo(other.caller().keyId());
    }

    @EachDatabase
    void a_rotated_key_carries_the_schedule_on_and_its_revocation_does_not_end_it(Database database) {
        ScheduleRig rig = new ScheduleRig(database, data);
        Requester ada = rig.caller("ada", "analyst");
        Row row = rig.schedules.create(hourly(Map.of()), ada);

        Keys.Created successor = rig.keys().rotate(ada.caller().keyId(), Duration.ZERO, Patched.untouched(), admin());
        rig.keys().revoke(ada.caller().keyId(), admin());
        rig.schedules.sweep();
        rig.clock.advance(HOUR);
        rig.schedules.fire();
        assertThat(rig.queue.last().as().keyId()).isEqualTo(successor.info().id());

        rig.keys().revoke(successor.info().id(), admin());
        rig.schedules.sweep();
        assertThat(rig.schedules.find(row.id(), admin().caller()).state()).isEqualTo("suspended");
    }

    @EachDatabase
    void a_run_has_what_is_left_of_the_frozen_scope_and_nothing_that_was_added(Database database) {
        ScheduleRig rig = new ScheduleRig(database, data);
        Requester ada = rig.caller("ada", "researcher");
        rig.schedules.create(hourly(Map.of()), ada);
        assertThat(ada.caller().permissions()).contains("glimpse:*", "turbo:read");

        rig.access.access.roles().put("researcher", List.of("turbo:read", "echoes:*"), admin());
        rig.clock.advance(HOUR);
        rig.schedules.fire();

        assertThat(rig.queue.last().as().permissions()).containsExactly("turbo:read");
    }

    @EachDatabase
    void a_schedule_is_seen_by_its_owner_and_administrators_only(Database database) {
        ScheduleRig rig = new ScheduleRig(database, data);
        Requester ada = rig.caller("ada", "analyst");
        Requester bob = rig.caller("bob", "analyst");
        Row row = rig.schedules.create(hourly(Map.of()), ada);

        for (ProblemException hidden : List.of(
                problem(() -> rig.schedules.find(row.id(), bob.caller())),
                problem(() -> rig.schedules.change(row.id(), Map.of("name", "mine"), bob)),
                problem(() -> rig.schedules.delete(row.id(), bob)),
                problem(() -> rig.schedules.pause(row.id(), bob)),
                problem(() -> rig.schedules.run(row.id(), bob)))) {
            assertThat(hidden.status()).isEqualTo(404);
        }
        assertThat(rig.schedules.list(bob.caller(), Optional.of("ada"), "", 10)).isEmpty();
        assertThat(rig.schedules.list(ada.caller(), Optional.empty(), "", 10)).hasSize(1);
        assertThat(rig.schedules.list(admin().caller(), Optional.empty(), "", 10))
                .hasSize(1);
        assertThat(rig.schedules.find(row.id(), admin().caller()).owner()).isEqualTo("ada");
        assertThat(problem(() -> rig.schedules.change(row.id(), Map.of("name", "mine"), admin()))
                        .status())
                .isEqualTo(403);
    }

    private static ProblemException problem(Runnable refused) {
        try {
            refused.run();
        } catch (ProblemException e) {
            return e;
        }
        throw new AssertionError("nothing was refused");
    }

    @EachDatabase
    void a_change_moves_the_times_and_binds_the_schedule_to_the_credential_that_made_it(Database database) {
        ScheduleRig rig = new ScheduleRig(database, data);
        Requester wide = rig.caller("ada", "analyst");
        Row row = rig.schedules.create(hourly(Map.of()), wide);
        Requester second = rig.caller("ada", "analyst");

        Map<String, Object> patch = new HashMap<>(Map.of("interval", "PT10M", "name", "often"));
        patch.put("cron", null);
        Row changed = rig.schedules.change(row.id(), patch, second);

        assertThat(changed.name()).isEqualTo("often");
        assertThat(changed.keyRoot()).isEqualTo(second.caller().account().id());
        assertThat(changed.nextAt()).isEqualTo(ScheduleRig.START.plusSeconds(600));
        assertThat(changed.revision()).isEqualTo(row.revision() + 1);
        assertThat(problem(() -> rig.schedules.change(row.id(), Map.of("nme", "x"), second))
                        .status())
                .isEqualTo(422);
        assertThat(problem(() -> rig.schedules.change(row.id(), Map.of("cron", "0 0 30 2 *"), second))
                        .status())
                .isEqualTo(422);
    }

    @EachDatabase
    void a_schedule_runs_at_once_on_request_and_says_why_not(Database database) {
        ScheduleRig rig = new ScheduleRig(database, data);
        Requester ada = rig.caller("ada", "analyst");
        Row row = rig.schedules.create(hourly(Map.of()), ada);

        assertThat(rig.schedules.run(row.id(), ada).outcome()).isEqualTo(Outcome.STARTED);

        rig.clock.advance(Duration.ofMinutes(1));
        assertThatThrownBy(() -> rig.schedules.run(row.id(), ada)).hasMessageContaining("has not ended");
        rig.queue.endAll();
        rig.clock.advance(Duration.ofMinutes(1));
        rig.schedules.pause(row.id(), ada);
        assertThat(rig.schedules.run(row.id(), ada).kind()).isEqualTo("hand");
        assertThat(rig.schedules.find(row.id(), ada.caller()).nextAt()).isEqualTo(row.nextAt());
    }

    @EachDatabase
    void what_may_not_be_done_may_not_be_scheduled(Database database) {
        ScheduleRig rig = new ScheduleRig(database, data);
        Requester developer = rig.caller("dev", "developer");

        ProblemException refused = problem(() -> rig.schedules.create(hourly(Map.of()), developer));

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.members()).containsEntry("requiredPermission", "turbo:read");
        assertThat(problem(() -> rig.schedules.create(hourly(Map.of()), admin()))
                        .detail())
                .contains("token of another issuer");
    }

    @EachDatabase
    void there_are_at_most_as_many_schedules_as_configured(Database database) {
        ScheduleRig rig = new ScheduleRig(database, data, new ScheduleSettings(2, 3));
        Requester ada = rig.caller("ada", "analyst");
        Requester bob = rig.caller("bob", "analyst");
        List<Row> rows = new ArrayList<>();
        rows.add(rig.schedules.create(hourly(Map.of()), ada));
        rows.add(rig.schedules.create(hourly(Map.of()), ada));

        assertThatThrownBy(() -> rig.schedules.create(hourly(Map.of()), ada))
                .hasMessage("you have 2 schedules (expected: at most 2; delete one that is not needed)");
        rig.schedules.create(hourly(Map.of()), bob);
        assertThatThrownBy(() -> rig.schedules.create(hourly(Map.of()), bob))
                .hasMessageContaining("platform turbo runs 3 schedules");
        rig.schedules.delete(rows.get(0).id(), ada);
        assertThat(rig.schedules.create(hourly(Map.of()), ada).state()).isEqualTo("active");
    }

    @EachDatabase
    void declared_schedules_follow_the_version_that_is_served(Database database) {
        ScheduleRig rig = new ScheduleRig(database, data);
        rig.schedules.declare("turbo", List.of(declared("nightly", "30 2 * * *"), declared("often", "*/5 * * * *")));
        Row nightly = row(rig, "nightly");
        rig.schedules.pause(nightly.id(), admin());

        rig.schedules.declare("turbo", List.of(declared("nightly", "30 3 * * *"), declared("new", "0 0 * * *")));

        assertThat(names(rig)).containsExactlyInAnyOrder("nightly", "new");
        assertThat(row(rig, "nightly").id()).isEqualTo(nightly.id());
        assertThat(row(rig, "nightly").state()).isEqualTo("paused");
        assertThat(row(rig, "nightly").nextAt()).isAfter(nightly.nextAt());
        assertThatThrownBy(() -> rig.schedules.delete(nightly.id(), admin()))
                .hasMessageContaining("declared by plugin");

        rig.queue.known = Set.of();
        rig.schedules.sweep();
        assertThat(names(rig)).hasSize(2);
        rig.clock.advance(Duration.ofHours(25));
        rig.schedules.sweep();
        assertThat(names(rig)).isEmpty();
    }

    @EachDatabase
    void declared_schedules_run_as_the_platform_where_it_is_served(Database database) {
        ScheduleRig rig = new ScheduleRig(database, data);
        rig.schedules.declare("turbo", List.of(declared("nightly", "0 * * * *")));
        rig.clock.advance(HOUR);

        rig.queue.served = Set.of();
        rig.schedules.fire();
        assertThat(rig.queue.jobs).isEmpty();

        rig.queue.served = Set.of("turbo");
        rig.schedules.fire();
        assertThat(rig.queue.last().as().principal().id()).isEqualTo("platform:turbo");
    }

    private static ScheduledWork.Declared declared(String name, String cron) {
        return new ScheduledWork.Declared(
                name, Optional.of(cron), Optional.empty(), "UTC", "count", "{}", "once", 10, "skip", "PT0S");
    }

    private static Row row(ScheduleRig rig, String name) {
        return rig.schedules.list(admin().caller(), Optional.empty(), "", 10).stream()
                .filter(row -> row.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> names(ScheduleRig rig) {
        return rig.schedules.list(admin().caller(), Optional.empty(), "", 10).stream()
                .map(Row::name)
                .toList();
    }
}
