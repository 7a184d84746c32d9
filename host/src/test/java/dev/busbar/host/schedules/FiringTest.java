package dev.busbar.host.schedules;

import static dev.busbar.host.schedules.ScheduleRig.hourly;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.access.Requester;
import dev.busbar.host.schedules.ScheduleStore.Outcome;
import dev.busbar.host.schedules.ScheduleStore.Row;
import dev.busbar.host.schedules.ScheduleStore.Run;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;

/** Times of schedules, and what becomes of them. */
class FiringTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path data;

    @EachDatabase
    void a_time_is_fired_once_and_moves_on(Database database) {
        ScheduleRig rig = new ScheduleRig(database, data);
        Row row = rig.schedules.create(hourly(Map.of()), rig.caller("ada", "analyst"));

        rig.schedules.fire();
        assertThat(rig.queue.jobs).isEmpty();
        rig.clock.advance(HOUR);
        rig.schedules.fire();
        rig.schedules.fire();

        assertThat(rig.queue.jobs.values()).singleElement().satisfies(run -> {
            assertThat(run.action()).isEqualTo(new ScheduledWork.Action.OfJob("turbo", "count", "{\"to\":3}"));
            assertThat(run.as().principal().id()).isEqualTo("ada");
            assertThat(run.after()).isEqualTo(Instant.parse("2026-11-22T11:00:00Z"));
        });
        assertThat(rig.schedules
                        .find(row.id(), rig.by(rig.queue.last().as().keyId()).caller())
                        .nextAt())
                .isEqualTo(Instant.parse("2026-11-22T12:00:00Z"));
    }

    @EachDatabase
    void a_host_that_was_down_over_three_times_makes_up_for_none_one_or_all(Database database) {
        ScheduleRig rig = new ScheduleRig(database, data);
        Requester ada = rig.caller("ada", "analyst");
        Map<String, Row> rows = new HashMap<>();
        for (String policy : List.of("skip", "once", "all")) {
            rows.put(policy, rig.schedules.create(hourly(Map.of("name", policy, "missed", policy)), ada));
        }

        rig.clock.advance(Duration.ofMinutes(3 * 60 + 30));
        for (int i = 0; i < 4; i++) {
            rig.schedules.fire();
            rig.queue.endAll();
        }

        Map<String, List<String>> history = new HashMap<>();
        rows.forEach((policy, row) -> history.put(policy, described(rig.schedules.runs(row, 10))));
        assertThat(history.get("skip")).containsExactly("MISSED 3 from 11:00 to 13:00");
        assertThat(history.get("once"))
                .containsExactly("STARTED 1 from 13:00 to 13:00", "MISSED 2 from 11:00 to 12:00");
        assertThat(history.get("all"))
                .containsExactly(
                        "STARTED 1 from 13:00 to 13:00",
                        "STARTED 1 from 12:00 to 12:00",
                        "STARTED 1 from 11:00 to 11:00");
        assertThat(rig.queue.jobs).hasSize(4);
        assertThat(rig.schedules.missed(rows.get("skip"))).isEqualTo(3);
    }

    private static List<String> described(List<Run> runs) {
        return runs.stream()
                .map(run ->
                        run.outcome() + " " + run.fires() + " from " + time(run.fireAt()) + " to " + time(run.lastAt()))
                .toList();
    }

    private static String time(Instant at) {
        return at.toString().substring(11, 16);
    }

    @EachDatabase
    void a_time_that_is_looked_at_a_little_late_was_not_missed(Database database) {
        ScheduleRig rig = new ScheduleRig(database, data);
        rig.schedules.create(hourly(Map.of("missed", "skip")), rig.caller("ada", "analyst"));

        rig.clock.advance(HOUR.plusSeconds(59));
        rig.schedules.fire();

        assertThat(rig.queue.jobs).hasSize(1);
    }

    @EachDatabase
    void years_without_a_host_cost_a_bounded_search(Database database) {
        ScheduleRig rig = new ScheduleRig(database, data);
        Requester ada = rig.caller("ada", "analyst");
        Map<String, Object> all = new HashMap<>(Map.of("missed", "all", "maxMissed", 3));
        all.put("cron", null);
        all.put("interval", "PT10S");
        Row row = rig.schedules.create(hourly(all), ada);

        rig.clock.advance(Duration.ofDays(1_000).plusSeconds(5));
        rig.schedules.fire();

        assertThat(rig.schedules.runs(row, 10))
                .extracting(Run::outcome)
                .containsExactly(Outcome.WAITING, Outcome.WAITING, Outcome.STARTED, Outcome.MISSED);
        assertThat(rig.schedules.missed(row)).isGreaterThanOrEqualTo(Due.MAX_COUNTED);
        assertThat(rig.schedules.find(row.id(), ada.caller()).nextAt())
                .isEqualTo(rig.clock.instant().plusSeconds(5));
    }

    @EachDatabase
    void three_nodes_fire_a_thousand_times_once_each(Database database) throws Exception {
        ScheduleRig rig = new ScheduleRig(database, data);
        Requester ada = rig.caller("ada", "analyst");
        for (int i = 0; i < 50; i++) {
            rig.schedules.create(hourly(Map.of("name", "s" + i)), ada);
        }
        List<Schedules> nodes = List.of(rig.schedules, rig.node(), rig.node());
        CyclicBarrier together = new CyclicBarrier(nodes.size());
        ExecutorService threads = Executors.newFixedThreadPool(nodes.size());
        try {
            for (int hour = 0; hour < 20; hour++) {
                rig.clock.advance(HOUR);
                List<Future<?>> ends = new ArrayList<>();
                for (Schedules node : nodes) {
                    ends.add(threads.submit(() -> {
                        together.await(10, TimeUnit.SECONDS);
                        node.fire();
                        return null;
                    }));
                }
                for (Future<?> end : ends) {
                    end.get(30, TimeUnit.SECONDS);
                }
                rig.queue.endAll();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(rig.queue.jobs).hasSize(1_000);
        assertThat(rig.queue.jobs.values().stream()
                        .map(ScheduledWork.DueRun::uniqueKey)
                        .distinct())
                .hasSize(1_000);
    }

    @EachDatabase
    void a_clock_that_is_set_back_fires_no_time_again(Database database) {
        ScheduleRig rig = new ScheduleRig(database, data);
        Requester ada = rig.caller("ada", "analyst");
        Row row = rig.schedules.create(hourly(Map.of()), ada);
        rig.clock.advance(HOUR);
        rig.schedules.fire();
        rig.queue.endAll();

        rig.clock.setBack(HOUR);
        rig.schedules.fire();
        Row paused = rig.schedules.pause(row.id(), ada);
        Row resumed = rig.schedules.resume(row.id(), ada);
        rig.clock.advance(Duration.ofMinutes(61));
        rig.schedules.fire();

        assertThat(rig.queue.jobs).hasSize(1);
        assertThat(paused.state()).isEqualTo("paused");
        assertThat(resumed.nextAt()).isEqualTo(Instant.parse("2026-11-22T12:00:00Z"));
    }

    @EachDatabase
    void a_run_that_has_not_ended_skips_the_next_time_or_queues_it(Database database) {
        ScheduleRig rig = new ScheduleRig(database, data);
        Requester ada = rig.caller("ada", "analyst");
        Row skip = rig.schedules.create(hourly(Map.of("name", "skip")), ada);
        Row queue = rig.schedules.create(hourly(Map.of("name", "queue", "overlap", "queue")), ada);

        for (int hour = 0; hour < 3; hour++) {
            rig.clock.advance(HOUR);
            rig.schedules.fire();
        }
        assertThat(outcomes(rig, skip)).containsExactly(Outcome.SKIPPED, Outcome.SKIPPED, Outcome.STARTED);
        assertThat(outcomes(rig, queue)).containsExactly(Outcome.WAITING, Outcome.WAITING, Outcome.STARTED);
        assertThat(rig.queue.jobs).hasSize(2);

        rig.queue.endAll();
        rig.schedules.fire();
        rig.schedules.fire();
        assertThat(outcomes(rig, queue)).containsExactly(Outcome.WAITING, Outcome.STARTED, Outcome.STARTED);
        assertThat(rig.queue.last().after()).isEqualTo(Instant.parse("2026-11-22T12:00:00Z"));
    }

    private static List<Outcome> outcomes(ScheduleRig rig, Row row) {
        return rig.schedules.runs(row, 10).stream().map(Run::outcome).toList();
    }

    @EachDatabase
    void a_paused_schedule_keeps_what_waits_until_it_is_resumed(Database database) {
        ScheduleRig rig = new ScheduleRig(database, data);
        Requester ada = rig.caller("ada", "analyst");
        Row row = rig.schedules.create(hourly(Map.of("overlap", "queue")), ada);
        for (int hour = 0; hour < 2; hour++) {
            rig.clock.advance(HOUR);
            rig.schedules.fire();
        }
        rig.queue.endAll();
        rig.schedules.pause(row.id(), ada);

        rig.schedules.fire();
        assertThat(rig.queue.jobs).hasSize(1);

        rig.schedules.resume(row.id(), ada);
        rig.schedules.fire();
        assertThat(rig.queue.jobs).hasSize(2);
    }

    @EachDatabase
    void a_job_that_the_queue_refuses_is_told_and_the_next_time_comes(Database database) {
        ScheduleRig rig = new ScheduleRig(database, data);
        Row row = rig.schedules.create(hourly(Map.of()), rig.caller("ada", "analyst"));

        rig.queue.full = true;
        rig.clock.advance(HOUR);
        rig.schedules.fire();
        rig.queue.full = false;
        rig.clock.advance(HOUR);
        rig.schedules.fire();

        assertThat(rig.schedules.runs(row, 10))
                .extracting(Run::outcome, Run::detail)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Outcome.STARTED, null),
                        org.assertj.core.groups.Tuple.tuple(Outcome.REFUSED, "the queue is full"));
    }

    @EachDatabase
    void many_schedules_that_wait_for_long_runs_keep_no_other_from_its_turn(Database database) {
        ScheduleRig rig = new ScheduleRig(database, data, new ScheduleSettings(1_000, 1_000));
        Requester ada = rig.caller("ada", "analyst");
        for (int i = 0; i < 100; i++) {
            rig.schedules.create(hourly(Map.of("name", "s" + i, "overlap", "queue")), ada);
        }
        rig.clock.advance(HOUR);
        rig.schedules.fire();
        rig.clock.advance(HOUR);
        rig.schedules.fire();
        Row last = rig.schedules.create(hourly(Map.of("name", "last", "overlap", "queue")), ada);
        for (int hour = 0; hour < 2; hour++) {
            rig.clock.advance(HOUR);
            rig.schedules.fire();
        }
        assertThat(outcomes(rig, last)).containsExactly(Outcome.WAITING, Outcome.STARTED);

        rig.schedules.runs(last, 10).stream()
                .flatMap(run -> Optional.ofNullable(run.jobId()).stream())
                .forEach(rig.queue.ended::add);
        rig.schedules.fire();
        rig.schedules.fire();

        assertThat(outcomes(rig, last)).containsExactly(Outcome.STARTED, Outcome.STARTED);
    }

    @EachDatabase
    void many_schedules_that_cannot_be_fired_keep_no_other_from_its_time(Database database) {
        ScheduleRig rig = new ScheduleRig(database, data, new ScheduleSettings(1_000, 1_000));
        Requester ada = rig.caller("ada", "analyst");
        for (int i = 0; i < 100; i++) {
            rig.schedules.create(hourly(Map.of("name", "s" + i)), ada);
        }
        database.jdbi().useHandle(handle -> handle.execute("update schedule set definition = 'unreadable'"));
        rig.clock.advance(HOUR);
        Row last = rig.schedules.create(hourly(Map.of("name", "last")), ada);
        rig.clock.advance(HOUR);

        rig.schedules.fire();

        assertThat(outcomes(rig, last)).containsExactly(Outcome.STARTED);
    }

    @EachDatabase
    void the_history_is_bounded(Database database) {
        ScheduleRig rig = new ScheduleRig(database, data);
        Row row = rig.schedules.create(hourly(Map.of()), rig.caller("ada", "analyst"));

        for (int hour = 0; hour < 130; hour++) {
            rig.clock.advance(HOUR);
            rig.schedules.fire();
            rig.queue.endAll();
        }

        assertThat(rig.schedules.runs(row, 1_000)).hasSizeBetween(100, 102);
    }

    @EachDatabase
    void jitter_spreads_runs_and_is_known_in_advance(Database database) {
        ScheduleRig rig = new ScheduleRig(database, data);
        Requester ada = rig.caller("ada", "analyst");
        Row row = rig.schedules.create(hourly(Map.of("jitter", "PT10M")), ada);
        Instant announced =
                ScheduleView.of(row, rig.clock.instant()).nextRuns().get(0).startsAt();

        rig.clock.advance(HOUR);
        rig.schedules.fire();

        assertThat(rig.queue.last().after()).isEqualTo(announced);
        assertThat(announced).isBetween(row.nextAt(), row.nextAt().plusSeconds(600));
    }
}
