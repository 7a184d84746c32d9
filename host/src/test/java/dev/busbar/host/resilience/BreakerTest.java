package dev.busbar.host.resilience;

import static dev.busbar.host.ChainRig.BILLS;
import static dev.busbar.host.ChainRig.OVERDUE;
import static dev.busbar.host.ChainRig.bills;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.busbar.host.ChainRig;
import dev.busbar.host.pipeline.Sent;
import dev.busbar.host.routing.Workers;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Circuit breakers: when they open, and when they close again. */
final class BreakerTest {
    private static final BreakerSettings SETTINGS =
            new BreakerSettings(true, 50, 100, 80, Duration.ofSeconds(10), 4, Duration.ofSeconds(5), 2);

    private final ChainRig rig = new ChainRig().breakers(SETTINGS);

    private int state() {
        return rig.breakers().state("billing");
    }

    /** A request whose handler returns a status after some time. */
    private void call(int status, Duration took) {
        rig.handler(() -> Response.noContent().status(status));
        rig.send(bills(), took);
    }

    private void call(int status) {
        call(status, Duration.ZERO);
    }

    private void succeed() {
        call(204);
    }

    /** A request that the host rejects before the handler. */
    private void overload() {
        rig.workers(ChainRig.BUSY);
        rig.send(bills());
        rig.workers(Workers.INLINE);
    }

    private void assertOpen() {
        assertThat(state()).isEqualTo(2);
        int before = rig.calls();
        FakeExchange rejected = rig.send(bills());
        assertThat(rig.calls()).isEqualTo(before);
        assertThat(rejected.status()).isEqualTo(503);
        assertThat(rejected.problem()).isEqualTo("platform-overloaded");
        assertThat(rejected.json().get("platform").asText()).isEqualTo("billing");
        assertThat(rejected.answerHeaders()).containsEntry("retry-after", "5");
    }

    private void times(int count, Runnable call) {
        for (int i = 0; i < count; i++) {
            call.run();
        }
    }

    @Test
    void a_platform_that_fails_half_the_time_opens_its_breaker() {
        times(2, this::succeed);
        times(2, () -> call(500));

        assertOpen();
    }

    @Test
    void few_calls_do_not_open_a_breaker() {
        times(3, () -> call(500));

        assertThat(state()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 409, 422, 429, 408})
    void client_errors_do_not_count(int status) {
        times(20, () -> call(status));

        assertThat(state()).isZero();
    }

    @Test
    void requests_that_the_host_rejects_before_the_handler_do_not_count() {
        times(20, this::overload);

        assertThat(state()).isZero();
    }

    @Test
    void a_missed_deadline_counts_even_if_the_handler_was_never_entered() {
        rig.held();
        times(4, () -> rig.send(bills(), OVERDUE));
        rig.tick();

        assertOpen();
    }

    @Test
    void a_missed_deadline_that_the_client_has_shortened_does_not_count() {
        rig.handler(() -> {
            rig.tick();
            return Response.noContent();
        });
        times(20, () -> assertThat(rig.send(bills().with("Prefer", "wait=1"), Duration.ofSeconds(1))
                        .status())
                .isEqualTo(504));

        assertThat(state()).isZero();
    }

    @Test
    void a_client_that_sends_its_body_slowly_makes_no_platform_slow() {
        rig.handler(() -> Response.noContent().status(422));

        times(20, () -> rig.send(FakeExchange.of("POST", BILLS).body("late"), Duration.ofSeconds(9)));

        assertThat(state()).isZero();
    }

    @Test
    void a_probe_that_the_server_answers_itself_releases_its_permit() {
        times(4, () -> call(500));
        rig.pass(Duration.ofSeconds(6));
        rig.held();
        times(10, () -> {
            ChainRig.Request probe = rig.begin(bills(), Duration.ZERO);
            probe.invocation().reply().answeredByServer(new Sent(400, 0, true));
            probe.run();
        });

        rig.workers(Workers.INLINE);
        times(2, this::succeed);
        assertThat(state()).isZero();
    }

    @Test
    void responses_near_the_deadline_of_their_route_are_slow() {
        rig.reading(route -> route.access(Access.READ).deadline(Duration.ofMinutes(10)));
        times(4, () -> call(404, Duration.ofMinutes(7)));
        assertThat(state()).isZero();

        rig.swap();
        times(4, () -> call(404, Duration.ofMinutes(9)));
        assertOpen();
    }

    @Test
    void probes_close_or_reopen_the_breaker_after_the_pause() {
        times(4, () -> call(500));
        rig.pass(Duration.ofMillis(4_900));
        assertOpen();

        rig.pass(Duration.ofMillis(200));
        call(500);
        assertThat(state()).isEqualTo(1);
        call(500);
        assertOpen();

        rig.pass(Duration.ofSeconds(6));
        times(2, this::succeed);
        assertThat(state()).isZero();
    }

    @Test
    void a_probe_without_a_result_releases_its_permit() {
        times(4, () -> call(500));
        rig.pass(Duration.ofSeconds(6));

        times(20, this::overload);
        times(2, this::succeed);

        assertThat(state()).isZero();
    }

    @Test
    void a_new_generation_starts_with_a_closed_breaker_that_the_draining_one_does_not_affect() {
        rig.handler(() -> Response.noContent().status(500)).held();
        List<ChainRig.Request> late = Stream.generate(() -> rig.begin(bills(), Duration.ZERO))
                .limit(4)
                .toList();
        rig.workers(Workers.INLINE);
        times(4, () -> call(500));
        assertOpen();

        rig.swap();
        succeed();
        assertThat(state()).isZero();

        rig.handler(() -> Response.noContent().status(500));
        late.forEach(ChainRig.Request::run);
        assertThat(state()).isZero();
    }

    @Test
    void failures_expire_with_the_window() {
        times(3, () -> call(500));
        rig.pass(Duration.ofSeconds(11));
        times(1, () -> call(500));

        assertThat(state()).isZero();
    }

    @Test
    void the_routes_of_the_host_have_no_breaker() {
        rig.publishHost(Route.get("/failing", request -> Response.noContent().status(500))
                .access(Access.PUBLIC));

        times(30, () -> assertThat(rig.getAt("/failing").status()).isEqualTo(500));

        assertThat(rig.breakers().state("host")).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0,90,80,10,1", "50,101,80,10,1", "50,90,0,10,1", "50,90,80,0,1", "50,90,80,10,0"})
    void invalid_settings_are_rejected(int failed, int slow, int part, int seconds, int calls) {
        Duration window = Duration.ofSeconds(seconds);

        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new BreakerSettings(true, failed, slow, part, window, calls, Duration.ofSeconds(1), 1));
    }

    @Test
    void a_monotonic_clock_has_no_zone() {
        MonotonicClock clock = new MonotonicClock(() -> 1_500_000_000L);

        assertThat(clock.instant().toEpochMilli()).isEqualTo(1_500);
        assertThat(clock.withZone(clock.getZone())).isSameAs(clock);
    }
}
