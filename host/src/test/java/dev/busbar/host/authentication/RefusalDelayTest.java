package dev.busbar.host.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.host.testing.ManualClock;
import dev.busbar.plugin.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Delayed refusals over budget, with a clock that a test moves by hand. */
final class RefusalDelayTest {
    private static final Duration DELAY = Duration.ofMillis(100);
    private static final ProblemException OVER =
            ProblemException.of(429, "quota-exceeded", "Quota exceeded", "too many failures");

    private final ManualClock clock = new ManualClock();
    private final AtomicInteger complete = new AtomicInteger();
    private final RefusalDelay refusals = new RefusalDelay(DELAY, clock.deadlines());

    private FakeExchange fail(RefusalDelay by, String address, ProblemException problem) {
        return fail(by, FakeExchange.get("/auth/whoami").from(address), problem);
    }

    private FakeExchange fail(RefusalDelay by, FakeExchange exchange, ProblemException problem) {
        Invocation invocation = new Invocation(exchange, 0);
        invocation.completion().onComplete(complete::incrementAndGet);
        invocation.reply().sendProblemsBy(by::send);
        invocation.reply().fail(problem);
        return exchange;
    }

    private List<FakeExchange> failOften(String prefix, int networks, int times) {
        List<FakeExchange> all = new ArrayList<>();
        for (int i = 0; i < networks * times; i++) {
            all.add(fail(refusals, prefix + i % networks, OVER));
        }
        return all;
    }

    private void timeIsOver() {
        clock.pass(DELAY);
    }

    @Test
    void a_refusal_is_answered_when_its_time_is_over_and_complete_then() {
        FakeExchange exchange = fail(refusals, "10.0.0.1", OVER);

        clock.pass(DELAY.minusNanos(1));
        assertThat(exchange.answers()).isZero();
        assertThat(complete).hasValue(0);
        clock.pass(Duration.ofNanos(1));
        assertThat(exchange.status()).isEqualTo(429);
        assertThat(exchange.problem()).endsWith("quota-exceeded");
        assertThat(complete).hasValue(1);
        assertThat(refusals.size()).isZero();
        assertThat(refusals.networks()).isZero();
    }

    @Test
    void other_refusals_are_sent_at_once() {
        ProblemException wrong = ProblemException.of(401, "invalid-credentials", "Invalid credentials", "not valid");

        assertThat(fail(refusals, "10.0.0.1", wrong).status()).isEqualTo(401);
        assertThat(refusals.size()).isZero();
    }

    @Test
    void without_a_delay_every_refusal_is_sent_at_once() {
        RefusalDelay off = new RefusalDelay(Duration.ZERO, clock.deadlines());

        assertThat(fail(off, "10.0.0.1", OVER).status()).isEqualTo(429);
        assertThat(off.size()).isZero();
    }

    @Test
    void a_network_has_so_many_places_and_leaves_the_others_theirs() {
        failOften("2001:db8::", 8, RefusalDelay.MAX_OF_NETWORK / 8);

        FakeExchange beyond = fail(refusals, "2001:db8::9", OVER);
        FakeExchange elsewhere = fail(refusals, "2001:db8:0:1::9", OVER);

        assertThat(beyond.status()).isEqualTo(429);
        assertThat(elsewhere.answers()).isZero();
        assertThat(refusals.networks()).isEqualTo(2);
        timeIsOver();
        assertThat(fail(refusals, "2001:db8::9", OVER).answers()).isZero();
    }

    @Test
    void all_together_have_so_many_places() {
        int networks = RefusalDelay.MAX / RefusalDelay.MAX_OF_NETWORK;
        List<FakeExchange> kept = failOften("10.0.0.", networks, RefusalDelay.MAX_OF_NETWORK);

        FakeExchange beyond = fail(refusals, "10.0.1.1", OVER);

        assertThat(kept).allMatch(exchange -> exchange.answers() == 0).hasSize(RefusalDelay.MAX);
        assertThat(beyond.status()).isEqualTo(429);
        assertThat(refusals.size()).isEqualTo(RefusalDelay.MAX);
        timeIsOver();
        assertThat(kept).allMatch(exchange -> exchange.status() == 429);
        assertThat(refusals.networks()).isZero();
    }

    @Test
    void closing_sends_all_that_is_held_back_and_holds_nothing_back_then() {
        List<FakeExchange> kept = failOften("10.0.0.", 2, 3);

        refusals.close();
        clock.pass(Duration.ZERO);

        assertThat(kept).allMatch(exchange -> exchange.status() == 429);
        assertThat(fail(refusals, "10.0.0.1", OVER).status()).isEqualTo(429);
        timeIsOver();
        assertThat(kept).allMatch(exchange -> exchange.answers() == 1);
        assertThat(complete).hasValue(7);
    }

    @Test
    void a_client_that_cannot_be_answered_any_more_leaves_nothing_behind() {
        FakeExchange gone = FakeExchange.get("/auth/whoami").whenSending(() -> {
            throw new IllegalStateException("the stream was reset");
        });
        fail(refusals, gone, OVER);

        timeIsOver();

        assertThat(gone.isAborted()).isTrue();
        assertThat(complete).hasValue(1);
        assertThat(refusals.size()).isZero();
        assertThat(refusals.networks()).isZero();
    }
}
