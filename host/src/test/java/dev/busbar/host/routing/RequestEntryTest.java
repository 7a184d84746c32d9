package dev.busbar.host.routing;

import static dev.busbar.host.ChainRig.OVERDUE;
import static dev.busbar.host.ChainRig.bills;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.ChainRig;
import dev.busbar.host.entry.Generation;
import dev.busbar.host.entry.RunningEntry;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.Handler;
import dev.busbar.plugin.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A call between its queue, its deadline and the end of its generation; each interleaving is produced step by step. */
final class RequestEntryTest {
    private final ChainRig rig = new ChainRig().held();
    private final AtomicInteger entered = new AtomicInteger();
    private final Handler counting = request -> {
        entered.incrementAndGet();
        return Response.text("paid");
    };
    private final ExecutorService thread = Executors.newSingleThreadExecutor();

    @AfterEach
    void endThread() {
        thread.shutdownNow();
    }

    @Test
    void a_call_gets_the_response_of_its_handler_and_returns_its_lease() {
        Generation generation = rig.publish(counting);
        FakeExchange exchange = rig.send(bills());

        assertThat(generation.leases()).isEqualTo(1);
        rig.runCalls();

        assertThat(exchange.text()).isEqualTo("paid");
        assertThat(generation.leases()).isZero();
        assertThat(generation.inside()).isZero();
    }

    @Test
    void a_draining_generation_still_runs_queued_calls() {
        Generation old = rig.publish(counting);
        FakeExchange exchange = rig.send(bills());
        rig.publish(request -> Response.text("new"));
        old.drain();

        assertThat(old.isClosed()).isFalse();
        rig.runCalls();

        assertThat(exchange.text()).isEqualTo("paid");
        assertThat(old.isClosed()).isTrue();
    }

    @Test
    void a_queued_call_gets_503_and_is_never_entered_if_its_generation_is_closed_by_force() {
        Generation generation = rig.publish(counting);
        FakeExchange exchange = rig.send(bills());

        generation.forceClose();
        rig.runCalls();

        assertThat(entered).hasValue(0);
        assertThat(exchange.status()).isEqualTo(503);
        assertThat(exchange.problem()).isEqualTo("platform-unavailable");
        assertThat(exchange.answerHeaders()).containsKey("retry-after");
        assertThat(generation.leases()).isZero();
    }

    @Test
    void a_request_that_finds_a_drained_generation_reads_the_table_again() {
        Generation old = rig.publish(counting);
        FakeExchange exchange = bills();
        old.drain();
        rig.publish(request -> Response.text("new"));

        rig.send(exchange);
        rig.runCalls();

        assertThat(exchange.text()).isEqualTo("new");
    }

    @Test
    void a_request_for_a_generation_that_drains_while_it_is_in_the_table_is_answered_503() {
        rig.publish(counting).drain();

        FakeExchange exchange = rig.send(bills());

        assertThat(exchange.problem()).isEqualTo("platform-unavailable");
        assertThat(exchange.answers()).isEqualTo(1);
    }

    @Test
    void a_call_past_its_deadline_in_the_queue_is_answered_504_and_never_entered() {
        Generation generation = rig.publish(counting);
        FakeExchange exchange = rig.send(bills(), OVERDUE);

        rig.tick();

        assertThat(exchange.status()).isEqualTo(504);
        assertThat(exchange.problem()).isEqualTo("platform-timeout");
        assertThat(exchange.json().get("platform").asText()).isEqualTo("billing");
        assertThat(generation.leases()).as("a stuck queue keeps no lease").isZero();
        rig.runCalls();
        assertThat(entered).hasValue(0);
        assertThat(exchange.answers()).isEqualTo(1);
        assertThat(generation.leases()).isZero();
    }

    @Test
    void a_stream_that_begins_just_at_the_deadline_is_ended_at_its_own() {
        Generation generation = rig.publish(request -> Response.stream("text/plain", out -> {
            rig.clock().tickAhead(Duration.ofMinutes(6)); // finds the request that has just begun to stream
            out.write('a');
            rig.pass(Duration.ofMinutes(6));
        }));
        FakeExchange exchange = rig.send(bills());

        rig.runCalls();

        assertThat(exchange.isAborted()).isTrue();
        assertThat(generation.leases()).isZero();
    }

    @Test
    void a_late_response_is_discarded() {
        Generation generation = rig.publish(request -> {
            rig.tick();
            return Response.text("late");
        });
        FakeExchange exchange = rig.send(bills(), OVERDUE);

        rig.runCalls();

        assertThat(exchange.status()).isEqualTo(504);
        assertThat(exchange.answers()).isEqualTo(1);
        assertThat(generation.leases()).isZero();
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void a_late_exception_is_discarded() {
        rig.publish(request -> {
            rig.tick();
            throw new IllegalStateException("late");
        });
        FakeExchange exchange = rig.send(bills(), OVERDUE);

        rig.runCalls();

        assertThat(exchange.status()).isEqualTo(504);
        assertThat(exchange.answers()).isEqualTo(1);
    }

    @Test
    void a_handler_that_is_sending_its_response_at_its_deadline_is_not_interrupted() {
        AtomicBoolean interrupted = new AtomicBoolean();
        FakeExchange exchange = bills().whenSending(() -> {
            rig.tick();
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        rig.publish(counting);

        rig.send(exchange, OVERDUE);
        rig.runCalls();

        assertThat(exchange.text()).isEqualTo("paid");
        assertThat(interrupted).isFalse();
    }

    @Test
    void an_interrupt_of_a_plugins_own_does_not_reach_the_connection() {
        AtomicBoolean interrupted = new AtomicBoolean();
        rig.publish(request -> {
            Thread.currentThread().interrupt();
            return Response.text("paid");
        });

        FakeExchange exchange =
                bills().whenSending(() -> interrupted.set(Thread.currentThread().isInterrupted()));
        rig.send(exchange);
        rig.runCalls();

        assertThat(exchange.text()).isEqualTo("paid");
        assertThat(interrupted).isFalse();
    }

    @Test
    void an_interrupt_for_one_call_does_not_hit_the_next_one_on_its_thread() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        rig.publish(request -> {
            inside.countDown();
            while (!Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait(); // does not clear the flag
            }
            release.await(0, TimeUnit.SECONDS);
            return Response.text("late");
        });
        rig.send(bills(), OVERDUE);

        thread.submit(rig::runCalls);
        inside.await();
        rig.tick();

        assertThat(thread.submit(() -> Thread.currentThread().isInterrupted()).get(10, TimeUnit.SECONDS))
                .isFalse();
    }

    @Test
    void a_call_that_does_not_come_back_is_shown_with_its_stack_until_it_does() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        AtomicInteger interrupts = new AtomicInteger();
        AtomicBoolean go = new AtomicBoolean();
        Generation generation = rig.publish(request -> {
            inside.countDown();
            while (!go.get()) {
                if (Thread.interrupted()) {
                    interrupts.incrementAndGet();
                }
            }
            return Response.text("late");
        });
        rig.send(bills(), OVERDUE);
        thread.submit(rig::runCalls);
        inside.await();

        rig.tick();

        await().until(() -> interrupts.get() == 1);
        assertThat(generation.running()).singleElement().satisfies(call -> {
            assertThat(call.label()).isEqualTo("GET /bills");
            assertThat(call.stack()).anyMatch(frame -> frame.contains("RequestEntryTest"));
            assertThat(call.overdueMillis())
                    .hasValueSatisfying(millis -> assertThat(millis).isPositive());
        });
        generation.interruptAll();
        await().until(() -> interrupts.get() == 2);
        go.set(true);
        await().untilAsserted(() -> assertThat(generation.running()).isEmpty());
        assertThat(generation.leases()).isZero();
    }

    @Test
    void an_overdue_call_is_shown_as_such_by_the_time_its_client_is_told() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Generation generation = rig.publish(request -> {
            inside.countDown();
            release.await();
            return Response.text("late");
        });
        List<RunningEntry> shown = new ArrayList<>();
        FakeExchange exchange = bills().whenSending(() -> shown.addAll(generation.running()));
        rig.send(exchange, OVERDUE);
        thread.submit(rig::runCalls);
        inside.await();

        rig.tick();

        assertThat(exchange.status()).isEqualTo(504);
        assertThat(shown).singleElement().satisfies(call -> assertThat(call.overdueMillis())
                .isPresent());
        release.countDown();
    }

    @Test
    void a_full_bulkhead_is_503_with_retry_after() {
        Generation generation = rig.publish(task -> false, counting);

        FakeExchange exchange = rig.send(bills());

        assertThat(exchange.status()).isEqualTo(503);
        assertThat(exchange.problem()).isEqualTo("platform-overloaded");
        assertThat(exchange.answerHeaders()).containsEntry("retry-after", "1");
        assertThat(exchange.json().get("generation").asText()).isEqualTo("1");
        assertThat(generation.leases()).isZero();
        rig.tick();
        assertThat(exchange.answers()).isEqualTo(1);
    }

    @Test
    void a_call_whose_deadline_passes_while_it_is_rejected_returns_its_lease_once() {
        Generation generation = rig.publish(
                task -> {
                    rig.tick();
                    return false;
                },
                counting);

        FakeExchange exchange = rig.send(bills(), OVERDUE);

        assertThat(exchange.status()).isEqualTo(504);
        assertThat(exchange.answers()).isEqualTo(1);
        assertThat(generation.leases()).isZero();
    }

    @Test
    void a_pool_that_ended_with_its_generation_is_unavailable() {
        AtomicBoolean first = new AtomicBoolean(true);
        Generation[] generation = new Generation[1];
        generation[0] = rig.publish(
                task -> {
                    generation[0].forceClose();
                    return false;
                },
                counting);

        FakeExchange exchange = rig.send(bills());

        assertThat(first).isTrue();
        assertThat(exchange.problem()).isEqualTo("platform-unavailable");
        assertThat(generation[0].leases()).isZero();
    }

    @Test
    void a_thread_that_cannot_be_created_costs_one_request_and_no_lease() {
        Generation generation = rig.publish(
                task -> {
                    throw new OutOfMemoryError("unable to create native thread");
                },
                counting);

        FakeExchange exchange = rig.send(bills());

        assertThat(exchange.problem()).isEqualTo("internal-error");
        assertThat(generation.leases()).isZero();
        rig.tick();
        assertThat(exchange.answers()).isEqualTo(1);
    }
}
