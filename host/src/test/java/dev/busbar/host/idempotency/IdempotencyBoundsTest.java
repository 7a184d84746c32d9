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
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bounds of idempotent requests, and an unavailable store. */
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
    void a_streaming_response_is_not_stored_and_not_generated_twice() {
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
    void a_response_that_is_too_long_is_not_stored_and_not_generated_twice() {
        rig.handler(request -> {
            bills.count();
            return Response.text("x".repeat((1 << 20) + 1));
        });

        assertThat(send("k", "one").status()).isEqualTo(200);

        assertThat(send("k", "one").problem()).isEqualTo("idempotency-not-replayable");
        assertThat(bills.created()).isEqualTo(1);
    }

    @Test
    void a_body_that_is_too_long_is_rejected() {
        rig.writing(route -> route.access(Access.WRITE).maxBodyBytes(8 << 20)).handler(request -> bills.create());

        FakeExchange rejected = send("k", "x".repeat((1 << 20) + 1));

        assertThat(rejected.status()).isEqualTo(413);
        assertThat(bills.created()).isZero();
    }

    @Test
    void a_body_that_does_not_arrive_is_408_and_reserves_no_key() {
        rig.handler(request -> bills.create());

        FakeExchange slow = rig.send(request("k", "one").slow());
        rig.pass(Duration.ofSeconds(11));
        slow.arrive();

        assertThat(slow.status()).isEqualTo(408);
        assertThat(slow.answers()).isEqualTo(1);
        assertThat(send("k", "other").text()).isEqualTo("bill 1");
    }

    @Test
    void no_response_is_sent_before_it_is_stored() {
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
    void a_slow_store_prevents_the_handler_from_running() {
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
    void an_unavailable_store_prevents_the_handler_from_running() {
        rig.handler(request -> bills.create());
        rig.database().close();

        FakeExchange rejected = send("k", "one");

        assertThat(rejected.status()).isEqualTo(503);
        assertThat(rejected.problem()).isEqualTo("idempotency-unavailable");
        assertThat(rejected.answerHeaders()).containsKey("retry-after");
        assertThat(bills.created()).isZero();
    }

    @Test
    void a_response_that_cannot_be_stored_is_sent_and_counted() {
        rig.handler(request -> {
            rig.database().close();
            return bills.create();
        });

        assertThat(send("k", "one").status()).isEqualTo(201);
        assertThat(rig.counted("busbar.idempotency.unsaved", "platform")).containsEntry("billing", 1);
    }

    @Test
    void a_caller_with_too_many_keys_gets_429() {
        try (ChainRig small = new ChainRig()
                .idempotency(new IdempotencySettings(true, Duration.ofHours(1), 1 << 10, 2, 1 << 20, 1 << 20))) {
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
    void stored_responses_are_bounded_in_bytes_for_a_caller_and_for_all() {
        try (ChainRig small = new ChainRig()
                .idempotency(new IdempotencySettings(true, Duration.ofHours(1), 1 << 10, 100, 1_500, 3_000))) {
            small.handler(request -> ChainRig.text(201, "x".repeat(800)));
            assertThat(small.send(request("a", "one")).status()).isEqualTo(201);
            assertThat(small.send(request("b", "one")).status()).isEqualTo(201);

            FakeExchange full = small.send(request("c", "one"));

            assertThat(full.status()).isEqualTo(429);
            assertThat(full.problem()).isEqualTo("idempotency-keys-exhausted");
            assertThat(full.answerHeaders()).containsKey("retry-after");
            assertThat(isReplayed(small.send(request("a", "one")))).isTrue();
            small.as(Callers.BERT);
            assertThat(small.send(request("a", "one")).status()).isEqualTo(201);
            assertThat(small.send(request("b", "one")).status()).isEqualTo(201);
            small.as(Callers.of("carl", Set.of(), Set.of()));
            FakeExchange none = small.send(request("a", "one"));
            assertThat(none.status()).isEqualTo(503);
            assertThat(none.problem()).isEqualTo("idempotency-unavailable");
        }
    }

    @Test
    void the_quota_bounds_requests() {
        IdempotencyQuota quota = new IdempotencyQuota(16);

        assertThat(quota.tryAcquire("a")).isTrue();
        assertThat(quota.tryAcquire("a")).isTrue();
        assertThat(quota.tryAcquire("a")).as("beyond an eighth").isFalse();
        assertThat(quota.tryAcquire("b")).as("of another caller").isTrue();
        quota.release("a");
        assertThat(quota.tryAcquire("a")).isTrue();
        for (int i = 0; i < 13; i++) {
            assertThat(quota.tryAcquire("c" + i)).isTrue();
        }
        assertThat(quota.tryAcquire("d")).as("beyond the requests of all").isFalse();
    }
}
