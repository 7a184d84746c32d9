package dev.busbar.host.bodies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Sent;
import dev.busbar.host.testing.Callers;
import dev.busbar.host.testing.Destination;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.host.testing.ManualClock;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The turns of uploads. */
final class UploadsTest {
    private final ManualClock clock = new ManualClock();
    private final Uploads uploads =
            new Uploads(new Uploads.Limits(8, 6, 2), clock.lot(Runnable::run).bay("upload"), clock.deadlines());
    private final List<Invocation> begun = new ArrayList<>();

    private Invocation begin(Caller caller) {
        return begin(caller, FakeExchange.of("POST", "/"));
    }

    private Invocation begin(Caller caller, FakeExchange exchange) {
        Invocation invocation = new Invocation(exchange, clock.now());
        invocation.endpoint(Destination.of("billing"), List.of());
        invocation.caller(caller);
        uploads.begin(invocation, "billing", begun::add);
        return invocation;
    }

    private static void answer(Invocation invocation) {
        invocation.reply().claim().ifPresent(claim -> claim.send(Response.noContent()));
    }

    @Test
    void a_third_busy_one_of_a_caller_waits_for_the_end_of_another_and_keeps_nobody_out() {
        Invocation first = begin(Callers.ANNA);
        Invocation second = begin(Callers.ANNA);

        Invocation third = begin(Callers.ANNA);
        Invocation ofAnother = begin(Callers.BERT);
        assertThat(begun).containsExactly(first, second, ofAnother);
        answer(first);

        assertThat(begun).containsExactly(first, second, ofAnother, third);
    }

    @Test
    void those_whose_handler_waits_for_its_client_take_no_turn() {
        FakeExchange slow = FakeExchange.of("POST", "/");
        begin(Callers.ANNA, slow);
        begin(Callers.ANNA);
        Invocation third = begin(Callers.ANNA);
        assertThat(begun).hasSize(2);

        slow.awaited(Duration.ofMillis(1));
        clock.pass(Duration.ofMillis(25));

        assertThat(begun).hasSize(3).endsWith(third);
        assertThat(begin(Callers.ANNA).reply().isClaimed()).isFalse();
        assertThat(begun).as("two are busy").hasSize(3);
    }

    @Test
    void the_turn_comes_after_two_seconds_at_the_latest_and_the_deadline_of_the_route_runs_from_there() {
        begin(Callers.ANNA);
        begin(Callers.ANNA);
        Invocation third = begin(Callers.ANNA);
        long due = third.timing().dueNanos();

        clock.pass(Duration.ofMillis(1_990));
        assertThat(begun).hasSize(2);
        clock.pass(Duration.ofMillis(20));

        assertThat(begun).hasSize(3).endsWith(third);
        assertThat(third.timing().dueNanos() - due)
                .isGreaterThanOrEqualTo(Duration.ofMillis(1_990).toNanos());
    }

    @Test
    void the_max_number_of_a_caller_holds_for_those_whose_turn_comes() {
        List<Invocation> all = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            all.add(begin(Callers.ANNA));
        }

        clock.pass(Duration.ofSeconds(3));

        assertThat(begun).hasSize(6);
        assertThat(all).filteredOn(one -> one.reply().isClaimed()).hasSize(1);
        assertThatThrownBy(() -> begin(Callers.ANNA))
                .isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.status())
                        .isEqualTo(503));
    }

    @Test
    void one_whose_client_is_gone_takes_no_turn() {
        Invocation first = begin(Callers.ANNA);
        begin(Callers.ANNA);
        Invocation gone = begin(Callers.ANNA);
        Invocation next = begin(Callers.ANNA);

        answer(gone);
        clock.pass(Duration.ofMillis(25));
        answer(first);

        assertThat(begun).hasSize(3).doesNotContain(gone).endsWith(next);
    }

    @Test
    void one_that_the_server_answers_just_before_its_turn_passes_it_on() {
        Invocation first = begin(Callers.ANNA);
        Invocation second = begin(Callers.ANNA);
        Invocation gone = begin(Callers.ANNA);
        Invocation next = begin(Callers.ANNA);

        gone.reply().answeredByServer(new Sent(400, 0, true));
        answer(first);

        assertThat(begun).containsExactly(first, second, next);
        answer(second);
        answer(next);
        begin(Callers.ANNA);
        assertThat(begun).as("it counts no more").hasSize(4);
    }
}
