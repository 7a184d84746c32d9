package dev.busbar.host.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.plugin.ProblemException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CronTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    /** Gaps and overlaps of an hour, of half an hour, of two, at midnight, in the south, and none at all. */
    static List<String> zones() {
        return List.of(
                "Europe/Berlin",
                "America/New_York",
                "Australia/Lord_Howe",
                "Africa/Cairo",
                "Antarctica/Troll",
                "Pacific/Chatham",
                "America/Havana",
                "Asia/Kolkata");
    }

    @ParameterizedTest
    @MethodSource("zones")
    void the_times_of_400_days_are_those_that_a_scan_of_every_minute_finds(String zone) {
        MinuteScan scan = new MinuteScan(ZoneId.of(zone), Instant.parse("2026-02-01T00:00:00Z"), 400);

        for (String expression : List.of(
                "30 2 * * *", "0 0 * * *", "*/30 0-2 * * *", "15 */4 * * *", "45 * 25-31 3,4,10,11 *", "0 1 1 * MON")) {
            List<Instant> found = new ArrayList<>();
            Cron cron = Cron.parse(expression, ZoneId.of(zone));
            Instant at = cron.next(scan.start().minusNanos(1));
            while (at.isBefore(scan.end())) {
                found.add(at);
                at = cron.next(at);
            }

            assertThat(found).as(expression).isEqualTo(scan.times(expression));
        }
    }

    @ParameterizedTest
    @CsvSource({
        // the spring gap from 02:00 to 03:00
        "30 2 * * *, 2026-03-28T12:00:00Z, 2026-03-29T01:00:00Z, 2026-03-30T00:30:00Z",
        "'30 2,3 * * *', 2026-03-28T12:00:00Z, 2026-03-29T01:00:00Z, 2026-03-29T01:30:00Z",
        "*/30 2 * * *, 2026-03-28T12:00:00Z, 2026-03-29T01:00:00Z, 2026-03-30T00:00:00Z",
        "30 * * * *, 2026-03-29T00:00:00Z, 2026-03-29T00:30:00Z, 2026-03-29T01:30:00Z",
        // the hour from 02:00 to 03:00 that occurs twice in autumn
        "30 2 * * *, 2026-10-24T12:00:00Z, 2026-10-25T00:30:00Z, 2026-10-26T01:30:00Z",
        "30 2 * * *, 2026-10-25T00:45:00Z, 2026-10-26T01:30:00Z, 2026-10-27T01:30:00Z",
        "*/30 * * * *, 2026-10-25T00:10:00Z, 2026-10-25T00:30:00Z, 2026-10-25T01:00:00Z",
        "30 * * * *, 2026-10-25T00:10:00Z, 2026-10-25T00:30:00Z, 2026-10-25T01:30:00Z"
    })
    void a_fixed_hour_is_moved_out_of_a_gap_and_taken_once(
            String expression, Instant after, Instant first, Instant second) {
        Cron cron = Cron.parse(expression, BERLIN);

        assertThat(cron.upcoming(after, 2))
                .extracting(Recurrence.Occurrence::at)
                .containsExactly(first, second);
    }

    @Test
    void a_time_that_a_change_of_the_clocks_concerns_names_the_time_that_was_meant() {
        Cron cron = Cron.parse("30 2 * * *", BERLIN);

        assertThat(cron.after(Instant.parse("2026-03-28T12:00:00Z")).wall())
                .contains(LocalDateTime.parse("2026-03-29T02:30"));
        assertThat(cron.after(Instant.parse("2026-03-29T12:00:00Z")).wall()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "30 2 * * *, 02:30 does not exist; the run happens at 03:00, 02:30 occurs twice; the run happens the first time",
        "0 * * * *, the runs from 02:00 to 03:00 do not happen, the runs from 02:00 to 03:00 happen twice",
        "0 12 * * *, no run is affected, no run is affected"
    })
    void the_changes_of_the_clocks_are_told_in_advance(String expression, String spring, String autumn) {
        List<ClockChange> changes =
                ClockChange.ahead(Cron.parse(expression, BERLIN), Instant.parse("2026-01-01T00:00:00Z"));

        assertThat(changes).extracting(ClockChange::effect).containsExactly(spring, autumn);
        assertThat(changes.get(0).from()).isEqualTo("2026-03-29T02:00");
        assertThat(changes.get(0).to()).isEqualTo("2026-03-29T03:00");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*/1 * * * * *",
                "0 0 30 2 *",
                "0 0 31 4,6,9,11 *",
                "60 * * * *",
                "0 24 * * *",
                "0 0 * * 8",
                "*/1000000000 * * * *",
                "5-1 * * * *",
                "-1 * * * *",
                "@daily",
                "0 0 ? * *",
                "0 0 L * *",
                "1 2 3 4",
                "\u0663 * * * *",
                "* *\n* * *",
                "",
                " "
            })
    void an_expression_without_meaning_is_refused_with_value_and_expectation(String expression) {
        assertThatThrownBy(() -> Cron.parse(expression, BERLIN))
                .isInstanceOfSatisfying(ProblemException.class, refused -> {
                    assertThat(refused.status()).isEqualTo(422);
                    assertThat(refused.getMessage()).contains(Quoted.of(expression), "expected: ");
                });
    }

    @Test
    void an_expression_of_10_kb_is_refused_unread_and_not_repeated() {
        String expression = "0,".repeat(5_000) + "0 * * * *";

        assertThatThrownBy(() -> Cron.parse(expression, BERLIN))
                .isInstanceOfSatisfying(ProblemException.class, refused -> assertThat(refused.getMessage())
                        .contains("of 10009 characters", "expected: five fields")
                        .hasSizeLessThan(400));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mars/Olympus", "CET", "+02:00", "", "../etc", "Europe/Berlin "})
    void a_zone_that_is_not_in_the_time_zone_database_is_refused(String zone) {
        assertThatThrownBy(() -> Cron.zone(zone))
                .hasMessageContaining(Quoted.of(zone))
                .hasMessageContaining("Europe/Berlin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT9.999S", "PT0.001S", "-PT1H", "P367D", "PT10.0000001S", "1h", "", "P1Y"})
    void an_interval_out_of_bounds_is_refused(String interval) {
        assertThatThrownBy(() -> Interval.parse(interval))
                .hasMessageContaining(Quoted.of(interval))
                .hasMessageContaining("PT10S to P366D");
    }

    @Test
    void an_interval_keeps_its_distance_whatever_happened_between() {
        Interval interval = new Interval(Instant.parse("2026-01-01T00:00:00Z"), Interval.parse("PT10S"));

        assertThat(interval.next(Instant.parse("2025-12-31T12:00:00Z")))
                .isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(interval.next(Instant.parse("2026-01-01T00:00:00Z")))
                .isEqualTo(Instant.parse("2026-01-01T00:00:10Z"));
        assertThat(interval.next(Instant.parse("2027-06-01T07:00:13.5Z")))
                .isEqualTo(Instant.parse("2027-06-01T07:00:20Z"));
    }
}
