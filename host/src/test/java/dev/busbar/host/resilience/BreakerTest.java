package dev.busbar.host.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.contract.Owner;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.pipeline.Sent;
import dev.busbar.host.testing.Bound;
import dev.busbar.host.testing.BoundChain;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a platform is given a pause, and when it gets its calls again; time is moved by hand. */
final class BreakerTest {
    private static final BreakerSettings SETTINGS =
            new BreakerSettings(true, 50, 100, 80, Duration.ofSeconds(10), 4, Duration.ofSeconds(5), 2);

    private final AtomicLong nanos = new AtomicLong();
    private final Breakers breakers = new Breakers(SETTINGS, nanos::get);
    private final BoundChain chain = BoundChain.of(new BreakerInterceptor(breakers, Meters.NONE));
    private long generation = 1;
    private Duration deadline = Duration.ofSeconds(10);

    private Owner owner() {
        return generation == 0 ? new Owner.Host() : new Owner.Platform("billing", generation);
    }

    private Invocation arriving(long arrivedNanos) {
        Route route = Route.get("/", request -> Response.noContent())
                .access(Access.PUBLIC)
                .deadline(deadline);
        Invocation invocation = new Invocation(FakeExchange.get("/api/billing"), arrivedNanos);
        invocation.endpoint(Bound.to(owner(), route), List.of());
        return invocation;
    }

    /** What becomes of a request whose handler answers with a status; -1 for what is refused without being entered. */
    private void call(int status) {
        call(status, Duration.ZERO);
    }

    private void call(int status, Duration took) {
        Invocation invocation = arriving(System.nanoTime() - took.toNanos());
        chain.pass(invocation, passed -> {
            if (status > 0) {
                passed.timing().handlerBegins();
            }
            passed.reply().fail(ProblemException.of(status < 0 ? 503 : status, "platform-failed", "t", "d"));
        });
    }

    private void call204() {
        chain.pass(arriving(System.nanoTime()), passed -> {
            passed.timing().handlerBegins();
            passed.reply().claim().orElseThrow().send(Response.noContent());
        });
    }

    private void assertOpen() {
        assertThat(breakers.state("billing")).isEqualTo(2);
        assertThatThrownBy(this::call204).isInstanceOfSatisfying(ProblemException.class, refused -> {
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.name()).isEqualTo("platform-overloaded");
            assertThat(refused.members()).containsEntry("platform", "billing");
            assertThat(refused.headers()).containsEntry("Retry-After", "5");
        });
    }

    private void times(int count, Runnable call) {
        for (int i = 0; i < count; i++) {
            call.run();
        }
    }

    @Test
    void a_platform_that_fails_half_the_time_is_given_a_pause() {
        times(2, this::call204);
        times(2, () -> call(500));

        assertOpen();
    }

    @Test
    void nothing_is_concluded_from_few_calls() {
        times(3, () -> call(500));

        assertThat(breakers.state("billing")).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 409, 422, 429, 408})
    void what_the_client_did_wrong_says_nothing_of_the_platform(int status) {
        times(20, () -> call(status));

        assertThat(breakers.state("billing")).isZero();
    }

    @Test
    void what_the_host_refused_before_the_handler_says_nothing_of_the_platform() {
        times(20, () -> call(-1));

        assertThat(breakers.state("billing")).isZero();
    }

    @Test
    void a_missed_deadline_counts_even_when_the_handler_was_never_entered() {
        times(
                4,
                () -> chain.pass(arriving(System.nanoTime()), passed -> passed.reply()
                        .fail(ProblemException.of(504, "platform-timeout", "t", "d"))));

        assertOpen();
    }

    @Test
    void a_deadline_that_the_caller_has_shortened_says_nothing_of_the_platform() {
        times(
                20,
                () -> chain.pass(hurried(), passed -> {
                    passed.timing().handlerBegins();
                    passed.reply().fail(ProblemException.of(504, "platform-timeout", "t", "d"));
                }));

        assertThat(breakers.state("billing")).isZero();
    }

    private Invocation hurried() {
        Invocation invocation = arriving(System.nanoTime());
        invocation.timing().shorten(Duration.ofSeconds(1));
        return invocation;
    }

    @Test
    void a_client_that_takes_its_time_to_send_makes_no_platform_slow() {
        for (int i = 0; i < 20; i++) {
            long arrived = System.nanoTime() - Duration.ofSeconds(9).toNanos();
            Invocation slow =
                    new Invocation(FakeExchange.of("POST", "/api/billing").body("late"), arrived);
            slow.endpoint(arriving(arrived).endpoint(), List.of());
            chain.pass(slow, passed -> {
                passed.timing().handlerBegins();
                passed.reply().fail(ProblemException.of(422, "validation-failed", "t", "d"));
            });
        }

        assertThat(breakers.state("billing")).isZero();
    }

    @Test
    void a_probe_that_the_server_answers_by_itself_gives_its_place_back() {
        times(4, () -> call(500));
        nanos.addAndGet(Duration.ofSeconds(6).toNanos());
        for (int i = 0; i < 10; i++) {
            chain.pass(arriving(System.nanoTime()), passed -> passed.reply().answeredByServer(new Sent(400, 0, true)));
        }

        times(2, this::call204);
        assertThat(breakers.state("billing")).isZero();
    }

    @Test
    void answers_near_the_deadline_of_their_route_are_slow_whatever_it_is() {
        deadline = Duration.ofMinutes(10);
        times(4, () -> call(404, Duration.ofMinutes(7)));
        assertThat(breakers.state("billing")).isZero();

        generation = 2;
        times(4, () -> call(404, Duration.ofMinutes(9)));
        assertOpen();
    }

    @Test
    void after_the_pause_probes_decide() {
        times(4, () -> call(500));
        nanos.addAndGet(Duration.ofMillis(4_900).toNanos());
        assertOpen();

        nanos.addAndGet(Duration.ofMillis(200).toNanos());
        call(500);
        assertThat(breakers.state("billing")).isEqualTo(1);
        call(500);
        assertOpen();

        nanos.addAndGet(Duration.ofSeconds(6).toNanos());
        times(2, this::call204);
        assertThat(breakers.state("billing")).isZero();
    }

    @Test
    void a_probe_that_says_nothing_gives_its_place_back() {
        times(4, () -> call(500));
        nanos.addAndGet(Duration.ofSeconds(6).toNanos());

        times(20, () -> call(-1));
        times(2, this::call204);

        assertThat(breakers.state("billing")).isZero();
    }

    @Test
    void a_new_generation_begins_anew_and_an_old_one_that_drains_changes_nothing_about_it() {
        times(4, () -> call(500));
        assertOpen();

        generation = 2;
        call204();
        assertThat(breakers.state("billing")).isZero();

        generation = 1;
        times(1, () -> call(500));
        assertThat(breakers.state("billing")).isZero();
    }

    @Test
    void failures_are_forgotten_with_the_window() {
        times(3, () -> call(500));
        nanos.addAndGet(Duration.ofSeconds(11).toNanos());
        times(1, () -> call(500));

        assertThat(breakers.state("billing")).isZero();
    }

    @Test
    void the_routes_of_the_host_have_no_breaker() {
        generation = 0;
        times(30, () -> call(500));

        assertThat(breakers.state("host")).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0,90,80,10,1", "50,101,80,10,1", "50,90,0,10,1", "50,90,80,0,1", "50,90,80,10,0"})
    void settings_that_make_no_sense_are_refused(int failed, int slow, int part, int seconds, int calls) {
        Duration window = Duration.ofSeconds(seconds);

        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new BreakerSettings(true, failed, slow, part, window, calls, Duration.ofSeconds(1), 1));
    }

    @Test
    void a_clock_that_only_goes_on_knows_no_zone() {
        MonotonicClock clock = new MonotonicClock(() -> 1_500_000_000L);

        assertThat(clock.instant().toEpochMilli()).isEqualTo(1_500);
        assertThat(clock.withZone(clock.getZone())).isSameAs(clock);
    }
}
