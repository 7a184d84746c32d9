package dev.busbar.host.routing;

import static dev.busbar.host.ChainRig.OVERDUE;
import static dev.busbar.host.ChainRig.bills;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.Problems;
import dev.busbar.host.ChainRig;
import dev.busbar.host.entry.Generation;
import dev.busbar.host.pipeline.CanonicalPathInterceptor;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.testing.Callers;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that wait while their platform hands over. */
@Timeout(60)
@Tag("race")
final class HoldTest {
    private static final int ROUNDS = 300;

    private final ChainRig rig = new ChainRig().held();

    private Hold holdFirst(int limit) {
        Generation first = rig.publish(request -> Response.text("old"));
        Hold hold = rig.routes().hold("billing", limit);
        first.drain();
        return hold;
    }

    @Test
    void a_request_waits_and_is_answered_by_the_next_generation() {
        Hold hold = holdFirst(10);

        FakeExchange waiting = rig.send(bills());
        assertThat(waiting.answers()).isZero();
        assertThat(hold.size()).isOne();
        rig.publish(request -> Response.text("new"));
        hold.release();
        rig.runCalls();

        assertThat(waiting.text()).isEqualTo("new");
        assertThat(waiting.answers()).isOne();
        assertThat(hold.size()).isZero();
    }

    @Test
    void a_path_that_was_not_served_before_may_be_served_then() {
        Hold hold = holdFirst(10);

        FakeExchange waiting = rig.send(FakeExchange.get("/api/billing/unknown"));
        assertThat(waiting.answers()).isZero();
        rig.publish(request -> Response.text("new"));
        hold.release();

        assertThat(waiting.status()).isEqualTo(404);
    }

    @Test
    void a_hold_released_too_early_rejects_instead_of_looping() {
        Hold hold = holdFirst(10);
        FakeExchange waiting = rig.send(bills());

        hold.release();

        assertThat(waiting.status()).isEqualTo(503);
        assertThat(rig.send(bills()).status()).isEqualTo(503);
    }

    @Test
    void a_request_past_its_deadline_is_answered_504_and_never_resumed() {
        Hold hold = holdFirst(10);
        FakeExchange late = rig.send(bills(), OVERDUE);
        FakeExchange patient = rig.send(bills(), Duration.ZERO);

        rig.tick();

        assertThat(late.status()).isEqualTo(504);
        assertThat(patient.answers()).isZero();
        rig.publish(request -> Response.text("new"));
        hold.release();
        rig.runCalls();
        assertThat(late.answers()).isOne();
        assertThat(patient.text()).isEqualTo("new");
    }

    @Test
    void a_request_that_was_answered_while_it_waited_is_not_run_after_the_handover() {
        Hold hold = holdFirst(10);
        FakeExchange late = rig.send(bills(), OVERDUE);
        FakeExchange answeredElsewhere = bills();
        Invocation invocation = new Invocation(answeredElsewhere, rig.clock().now());
        invocation.caller(Callers.ANNA);
        Interceptor.pass(
                invocation,
                Interceptor.chain(List.of(new CanonicalPathInterceptor(), rig.routes()), found -> found.endpoint()
                        .proceed(found)));
        assertThat(hold.size()).isEqualTo(2);

        rig.tick();
        invocation.reply().fail(Problems.requestTimeout());
        AtomicInteger run = new AtomicInteger();
        rig.publish(request -> {
            run.incrementAndGet();
            return Response.text("new");
        });
        int dispatched = rig.calls();
        hold.release();
        rig.runCalls();

        assertThat(late.status()).isEqualTo(504);
        assertThat(answeredElsewhere.status()).isEqualTo(408);
        assertThat(run).hasValue(0);
        assertThat(rig.calls()).as("dispatched to the next generation").isEqualTo(dispatched);
    }

    @Test
    void a_request_that_parks_just_after_the_release_goes_on_at_once() {
        Hold hold = holdFirst(10);
        FakeExchange exchange = bills();
        Invocation invocation = new Invocation(exchange, rig.clock().now());
        AtomicInteger again = new AtomicInteger();

        hold.release();
        hold.park(invocation, same -> again.incrementAndGet());

        assertThat(again).hasValue(1);
        assertThat(hold.size()).isZero();
    }

    @Test
    void a_request_that_has_waited_passes_later_interceptors_once() {
        holdFirst(10);
        AtomicInteger passed = new AtomicInteger();
        Interceptor.Next chain = Interceptor.chain(
                List.of(new CanonicalPathInterceptor(), rig.routes(), (invocation, next) -> {
                    passed.incrementAndGet();
                    next.proceed(invocation);
                }),
                found -> found.endpoint().proceed(found));
        FakeExchange waiting = bills();
        Interceptor.pass(new Invocation(waiting, rig.clock().now()), chain);

        rig.publish(request -> Response.text("new"));
        rig.routes().releaseHolds();
        rig.runCalls();

        assertThat(waiting.text()).isEqualTo("new");
        assertThat(passed).hasValue(1);
    }

    @Test
    void a_request_may_wait_for_one_handover_after_the_other() {
        Hold first = holdFirst(10);
        FakeExchange waiting = rig.send(bills());
        Generation second = rig.publish(request -> Response.text("second"));
        Hold next = rig.routes().hold("billing", 10);
        second.drain();

        first.release();
        assertThat(next.size()).isOne();
        rig.publish(request -> Response.text("third"));
        next.release();
        rig.runCalls();

        assertThat(waiting.text()).isEqualTo("third");
    }

    @Test
    void a_hold_bounds_the_requests_that_wait() {
        Hold hold = holdFirst(2);
        rig.send(bills());
        rig.send(bills());

        FakeExchange refused = rig.send(bills());

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.problem()).isEqualTo("platform-overloaded");
        assertThat(refused.answerHeaders().get("retry-after")).isEqualTo("1");
        assertThat(hold.size()).isEqualTo(2);
    }

    @Test
    void a_request_that_arrives_as_the_hold_is_released_gets_a_response() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                ChainRig fresh = new ChainRig();
                Generation first = fresh.publish(request -> Response.text("old"));
                Hold hold = fresh.routes().hold("billing", 10);
                first.drain();
                List<FakeExchange> sent = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    sent.add(bills());
                }
                CountDownLatch go = new CountDownLatch(1);
                CountDownLatch done = new CountDownLatch(2);
                for (FakeExchange exchange : sent) {
                    clients.execute(() -> {
                        try {
                            go.await();
                            fresh.send(exchange);
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        } finally {
                            done.countDown();
                        }
                    });
                }
                go.countDown();
                fresh.publish(request -> Response.text("new"));
                hold.release();
                assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
                for (FakeExchange exchange : sent) {
                    assertThat(exchange.answers()).isOne();
                    assertThat(exchange.text()).isEqualTo("new");
                }
            }
        } finally {
            clients.shutdownNow();
        }
    }
}
