package dev.busbar.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.jobs.JobType;
import dev.busbar.plugin.jobs.Schedule;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleDeclarationTest {
    private static final JobType<String> COUNT =
            JobType.of("count", String.class, job -> null).access(Access.WRITE);
    private static final Schedule<String> NIGHTLY =
            Schedule.of("nightly", COUNT, "all").cron("30 2 * * *", ZoneId.of("Europe/Berlin"));

    private static List<Schedule<?>> read(Schedule<?>... declared) {
        Platform platform = new Platform() {
            @Override
            public List<Schedule<?>> schedules() {
                return List.of(declared);
            }
        };
        return Declarations.schedules(platform, List.of(COUNT));
    }

    @Test
    void schedules_are_read_as_they_are_declared() {
        Schedule<?> read = read(NIGHTLY.overlap(Schedule.Overlap.QUEUE)
                        .makeUp(3)
                        .jitter(Duration.ofMinutes(5)))
                .get(0);

        assertThat(read.name()).isEqualTo("nightly");
        assertThat(read.cron()).contains("30 2 * * *");
        assertThat(read.interval()).isEmpty();
        assertThat(read.zone()).isEqualTo(ZoneId.of("Europe/Berlin"));
        assertThat(read.missed()).isEqualTo(Schedule.Missed.ONCE);
        assertThat(read.makeUp()).isEqualTo(3);
        assertThat(read.overlap()).isEqualTo(Schedule.Overlap.QUEUE);
        assertThat(read.jitter()).isEqualTo(Duration.ofMinutes(5));
        assertThat(NIGHTLY.missed(Schedule.Missed.SKIP).missed()).isEqualTo(Schedule.Missed.SKIP);
        assertThat(NIGHTLY.every(Duration.ofHours(1)).cron()).isEmpty();
    }

    @Test
    void a_schedule_that_cannot_run_is_refused_with_its_name() {
        JobType<String> other = JobType.of("other", String.class, job -> null);

        assertThatThrownBy(() -> read(NIGHTLY, NIGHTLY.every(Duration.ofHours(1))))
                .isInstanceOf(InvalidDeclarationException.class)
                .hasMessageContaining("\"nightly\" twice");
        assertThatThrownBy(() -> read(Schedule.of("nightly", COUNT, "all")))
                .hasMessage("schedule \"nightly\": no times (expected: cron or every)");
        assertThatThrownBy(() -> read(Schedule.of("late", other, "all").every(Duration.ofHours(1))))
                .hasMessageContaining("schedule \"late\": job type \"other\" (expected: one of");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Nightly", "1st", "a b", "x/y"})
    void a_name_that_is_none_is_refused(String name) {
        assertThatThrownBy(() -> Schedule.of(name, COUNT, "all")).hasMessageContaining("\"" + name + "\" (expected: ");
    }

    @Test
    void values_out_of_bounds_are_refused() {
        assertThatThrownBy(() -> NIGHTLY.every(Duration.ofSeconds(9))).hasMessageContaining("PT9S (expected: PT10S");
        assertThatThrownBy(() -> NIGHTLY.every(Duration.ofDays(367))).hasMessageContaining("PT8784H");
        assertThatThrownBy(() -> NIGHTLY.jitter(Duration.ofHours(2))).hasMessageContaining("PT2H (expected: PT0S");
        assertThatThrownBy(() -> NIGHTLY.jitter(Duration.ofSeconds(-1))).hasMessageContaining("PT-1S");
        assertThatThrownBy(() -> NIGHTLY.makeUp(0)).hasMessageContaining("0 (expected: 1 to 100)");
    }
}
