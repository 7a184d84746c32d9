package dev.busbar.host.idempotency;

import static dev.busbar.host.idempotency.IdempotencyRig.isReplayed;
import static dev.busbar.host.idempotency.IdempotencyRig.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.testing.Callers;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.Response;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is too long, too late or too much, and a store that is away. */
final class IdempotencyBoundsTest {
    private final IdempotencyRig rig = new IdempotencyRig();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void a_streamed_answer_is_not_kept_and_not_made_twice() {
        rig.publish(request -> {
            rig.runs.incrementAndGet();
            return Response.stream("text/csv", out -> out.write('a'));
        });

        assertThat(rig.send("k", "one").text()).isEqualTo("a");

        FakeExchange second = rig.send("k", "one");
        assertThat(second.status()).isEqualTo(409);
        assertThat(second.problem()).isEqualTo("idempotency-not-replayable");
        assertThat(rig.runs).hasValue(1);
    }

    @Test
    void an_answer_that_is_too_long_is_not_kept_and_not_made_twice() {
        rig.publish(request -> {
            rig.runs.incrementAndGet();
            return Response.text("x".repeat((1 << 20) + 1));
        });

        assertThat(rig.send("k", "one").status()).isEqualTo(200);

        assertThat(rig.send("k", "one").problem()).isEqualTo("idempotency-not-replayable");
        assertThat(rig.runs).hasValue(1);
    }

    @Test
    void a_body_that_is_too_long_is_refused() {
        rig.publish(request -> rig.bill(), route -> route.maxBodyBytes(8 << 20));

        FakeExchange refused = rig.send("k", "x".repeat((1 << 20) + 1));

        assertThat(refused.status()).isEqualTo(413);
        assertThat(rig.runs).hasValue(0);
    }

    @Test
    void a_body_that_does_not_come_is_408_and_takes_no_key() {
        rig.publish(request -> rig.bill());

        FakeExchange slow = rig.send(request("k", "one").slow(), IdempotencyRig.OVERDUE);
        rig.tick();
        slow.arrive();

        assertThat(slow.status()).isEqualTo(408);
        assertThat(slow.answers()).isEqualTo(1);
        assertThat(rig.send("k", "other").text()).isEqualTo("bill 1");
    }

    @Test
    void nothing_is_sent_before_it_is_kept() {
        rig.publish(request -> rig.bill());
        rig.heldStatements = true;
        FakeExchange first = rig.send("k", "one");
        assertThat(rig.runs).hasValue(0);

        Runnable begin = rig.statements.remove();
        begin.run();
        assertThat(rig.runs).hasValue(1);
        assertThat(first.status()).isZero();

        rig.runStatements();
        assertThat(first.status()).isEqualTo(201);
    }

    @Test
    void a_store_that_does_not_answer_in_time_keeps_the_handler_from_running() {
        rig.publish(request -> rig.bill());
        rig.heldStatements = true;
        FakeExchange first = rig.send(request("k", "one"), IdempotencyRig.OVERDUE);

        rig.tick();
        rig.heldStatements = false;
        rig.runStatements();

        assertThat(first.status()).isEqualTo(503);
        assertThat(first.problem()).isEqualTo("idempotency-unavailable");
        assertThat(rig.runs).hasValue(0);
        assertThat(rig.send("k", "one").status()).isEqualTo(201);
    }

    @Test
    void a_store_that_is_down_keeps_the_handler_from_running() {
        rig.publish(request -> rig.bill());
        rig.database.close();

        FakeExchange refused = rig.send("k", "one");

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.problem()).isEqualTo("idempotency-unavailable");
        assertThat(refused.answerHeaders()).containsKey("retry-after");
        assertThat(rig.runs).hasValue(0);
    }

    @Test
    void an_answer_that_cannot_be_kept_is_sent_and_counted() {
        rig.publish(request -> {
            rig.database.close();
            return rig.bill();
        });

        assertThat(rig.send("k", "one").status()).isEqualTo(201);
        assertThat(rig.results).containsEntry("busbar.idempotency.unsaved", 1);
    }

    @Test
    void a_caller_with_too_many_keys_is_told_so() {
        try (IdempotencyRig small =
                new IdempotencyRig(new IdempotencySettings(true, Duration.ofHours(1), 1 << 10, 2), null)) {
            small.publish(request -> rig.bill());
            small.send("a", "one");
            small.send("b", "one");

            FakeExchange third = small.send("c", "one");

            assertThat(third.status()).isEqualTo(429);
            assertThat(third.problem()).isEqualTo("idempotency-keys-exhausted");
            assertThat(isReplayed(small.send("a", "one"))).isTrue();
            small.caller = Callers.BERT;
            assertThat(small.send("c", "one").status()).isEqualTo(201);
        }
    }

    @Test
    void there_is_room_for_so_many_requests_and_bytes() {
        IdempotencyRoom room = new IdempotencyRoom(16, 800);

        assertThat(room.enter("a", 60)).isTrue();
        assertThat(room.enter("a", 60)).as("beyond an eighth of the bytes").isFalse();
        room.shrink("a", 20);
        assertThat(room.enter("a", 60)).isTrue();
        assertThat(room.enter("a", 0)).as("beyond an eighth of the requests").isFalse();
        assertThat(room.enter("b", 100)).as("of another caller").isTrue();
        room.leave("a", 40);
        assertThat(room.enter("a", 40)).isTrue();
        for (int i = 0; i < 13; i++) {
            assertThat(room.enter("c" + i, 10)).isTrue();
        }
        assertThat(room.enter("d", 0)).as("beyond the requests of all").isFalse();
    }
}
