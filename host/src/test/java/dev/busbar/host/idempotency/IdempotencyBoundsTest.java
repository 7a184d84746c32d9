package dev.busbar.host.idempotency;

import static dev.busbar.host.idempotency.Bills.isReplayed;
import static dev.busbar.host.idempotency.Bills.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.ChainRig;
import dev.busbar.host.testing.Callers;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Response;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is too long, too late or too much, and a store that is away. */
final class IdempotencyBoundsTest {
    private final Bills bills = new Bills();
    private final ChainRig rig = new ChainRig().idempotency(IdempotencySettings.DEFAULTS);

    private FakeExchange send(String key, String body) {
        return rig.send(request(key, body));
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void a_streamed_answer_is_not_kept_and_not_made_twice() {
        rig.handler(request -> {
            bills.count();
            return Response.stream("text/csv", out -> out.write('a'));
        });

        assertThat(send("k", "one").text()).isEqualTo("a");

        FakeExchange second = send("k", "one");
        assertThat(second.status()).isEqualTo(409);
        assertThat(second.problem()).isEqualTo("idempotency-not-replayable");
        assertThat(bills.created()).isEqualTo(1);
    }

    @Test
    void an_answer_that_is_too_long_is_not_kept_and_not_made_twice() {
        rig.handler(request -> {
            bills.count();
            return Response.text("x".repeat((1 << 20) + 1));
        });

        assertThat(send("k", "one").status()).isEqualTo(200);

        assertThat(send("k", "one").problem()).isEqualTo("idempotency-not-replayable");
        assertThat(bills.created()).isEqualTo(1);
    }

    @Test
    void a_body_that_is_too_long_is_refused() {
        rig.writing(route -> route.access(Access.WRITE).maxBodyBytes(8 << 20)).handler(request -> bills.create());

        FakeExchange refused = send("k", "x".repeat((1 << 20) + 1));

        assertThat(refused.status()).isEqualTo(413);
        assertThat(bills.created()).isZero();
    }

    @Test
    void a_body_that_does_not_come_is_408_and_takes_no_key() {
        rig.handler(request -> bills.create());

        FakeExchange slow = rig.send(request("k", "one").slow(), ChainRig.OVERDUE);
        rig.tick();
        slow.arrive();

        assertThat(slow.status()).isEqualTo(408);
        assertThat(slow.answers()).isEqualTo(1);
        assertThat(send("k", "other").text()).isEqualTo("bill 1");
    }

    @Test
    void nothing_is_sent_before_it_is_kept() {
        rig.handler(request -> bills.create());
        rig.holdStatements(true);
        FakeExchange first = send("k", "one");
        assertThat(bills.created()).isZero();

        rig.runStatement();
        assertThat(bills.created()).isEqualTo(1);
        assertThat(first.status()).isZero();

        rig.runStatements();
        assertThat(first.status()).isEqualTo(201);
    }

    @Test
    void a_store_that_does_not_answer_in_time_keeps_the_handler_from_running() {
        rig.handler(request -> bills.create());
        rig.holdStatements(true);
        FakeExchange first = rig.send(request("k", "one"), ChainRig.OVERDUE);

        rig.tick();
        rig.holdStatements(false);
        rig.runStatements();

        assertThat(first.status()).isEqualTo(503);
        assertThat(first.problem()).isEqualTo("idempotency-unavailable");
        assertThat(bills.created()).isZero();
        assertThat(send("k", "one").status()).isEqualTo(201);
    }

    @Test
    void a_store_that_is_down_keeps_the_handler_from_running() {
        rig.handler(request -> bills.create());
        rig.database().close();

        FakeExchange refused = send("k", "one");

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.problem()).isEqualTo("idempotency-unavailable");
        assertThat(refused.answerHeaders()).containsKey("retry-after");
        assertThat(bills.created()).isZero();
    }

    @Test
    void an_answer_that_cannot_be_kept_is_sent_and_counted() {
        rig.handler(request -> {
            rig.database().close();
            return bills.create();
        });

        assertThat(send("k", "one").status()).isEqualTo(201);
        assertThat(rig.counted("busbar.idempotency.unsaved", "platform")).containsEntry("billing", 1);
    }

    @Test
    void a_caller_with_too_many_keys_is_told_so() {
        try (ChainRig small =
                new ChainRig().idempotency(new IdempotencySettings(true, Duration.ofHours(1), 1 << 10, 2))) {
            small.handler(request -> bills.create());
            small.send(request("a", "one"));
            small.send(request("b", "one"));

            FakeExchange third = small.send(request("c", "one"));

            assertThat(third.status()).isEqualTo(429);
            assertThat(third.problem()).isEqualTo("idempotency-keys-exhausted");
            assertThat(isReplayed(small.send(request("a", "one")))).isTrue();
            small.as(Callers.BERT);
            assertThat(small.send(request("c", "one")).status()).isEqualTo(201);
        }
    }

    @Test
    void there_is_room_for_so_many_requests_and_bytes() {
        IdempotencyQuota quota = new IdempotencyQuota(16, 800);

        assertThat(quota.tryAcquire("a", 60)).isTrue();
        assertThat(quota.tryAcquire("a", 60))
                .as("beyond an eighth of the bytes")
                .isFalse();
        quota.shrink("a", 20);
        assertThat(quota.tryAcquire("a", 60)).isTrue();
        assertThat(quota.tryAcquire("a", 0))
                .as("beyond an eighth of the requests")
                .isFalse();
        assertThat(quota.tryAcquire("b", 100)).as("of another caller").isTrue();
        quota.release("a", 40);
        assertThat(quota.tryAcquire("a", 40)).isTrue();
        for (int i = 0; i < 13; i++) {
            assertThat(quota.tryAcquire("c" + i, 10)).isTrue();
        }
        assertThat(quota.tryAcquire("d", 0)).as("beyond the requests of all").isFalse();
    }
}
