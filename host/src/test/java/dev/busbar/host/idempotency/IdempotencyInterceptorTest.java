package dev.busbar.host.idempotency;

import static dev.busbar.host.idempotency.Bills.bill;
import static dev.busbar.host.idempotency.Bills.isReplayed;
import static dev.busbar.host.idempotency.Bills.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.ChainRig;
import dev.busbar.host.testing.Callers;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Response;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Idempotent requests: executed once, replayed, retried, or of unknown outcome. */
final class IdempotencyInterceptorTest {
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
    void the_response_is_replayed_and_the_handler_is_not_called() {
        rig.handler(request -> bills.create());

        FakeExchange first = send("k", "one");
        FakeExchange second = send("\"k\"", "one");

        assertThat(bills.created()).isEqualTo(1);
        assertThat(first.status()).isEqualTo(201);
        assertThat(isReplayed(first)).isFalse();
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.text()).isEqualTo("bill 1");
        assertThat(second.answerHeaders()).containsEntry("location", "/api/billing/bills/1");
        assertThat(isReplayed(second)).isTrue();
        assertThat(rig.counted("busbar.idempotency.requests", "result"))
                .containsOnly(Map.entry("first", 1), Map.entry("replayed", 1));
    }

    @Test
    void the_handler_gets_the_body_that_was_collected() {
        rig.handler(request -> Response.text(new String(request.body().readAllBytes(), StandardCharsets.UTF_8)));

        assertThat(send("k", "what was sent").text()).isEqualTo("what was sent");
        FakeExchange chunked = FakeExchange.of("POST", "/api/billing/bills")
                .with("Idempotency-Key", "k-2")
                .body(new ByteArrayInputStream("in pieces".getBytes(StandardCharsets.UTF_8)));
        assertThat(rig.send(chunked).text()).isEqualTo("in pieces");
    }

    @Test
    void a_request_without_a_key_does_not_use_the_store() {
        rig.handler(request -> bills.create());
        rig.database().close();

        FakeExchange plain = FakeExchange.of("POST", "/api/billing/bills").body("one");
        assertThat(rig.send(plain).status()).isEqualTo(201);
        assertThat(rig.counted("busbar.idempotency.requests", "result")).isEmpty();
    }

    @Test
    void another_request_with_the_key_is_rejected() {
        rig.handler(request -> bills.create());
        send("k", "one");

        List<FakeExchange> others = List.of(
                request("k", "two"),
                FakeExchange.of("POST", "/api/billing/bills?draft=1")
                        .with("Idempotency-Key", "k")
                        .with("Content-Type", "text/plain")
                        .body("one"),
                FakeExchange.of("POST", "/api/billing/bills")
                        .with("Idempotency-Key", "k")
                        .with("Content-Type", "text/csv")
                        .body("one"));
        for (FakeExchange other : others) {
            rig.send(other);
            assertThat(other.status()).isEqualTo(422);
            assertThat(other.problem()).isEqualTo("idempotency-key-reused");
        }
        assertThat(bills.created()).isEqualTo(1);
        assertThat(rig.counted("busbar.idempotency.requests", "result")).containsEntry("mismatch", 3);
    }

    @Test
    void another_caller_has_its_own_keys() {
        rig.handler(request -> bills.create());
        send("k", "one");

        rig.as(Callers.BERT);

        assertThat(send("k", "two").text()).isEqualTo("bill 2");
    }

    @Test
    void an_anonymous_request_with_a_key_is_rejected() {
        rig.writing(route -> route.access(Access.PUBLIC)).handler(request -> bills.create());
        rig.as(null);

        assertThat(send("k", "one").status()).isEqualTo(400);
        assertThat(bills.created()).isZero();
        assertThat(rig.counted("busbar.idempotency.requests", "result")).containsOnly(Map.entry("refused", 1));
    }

    @Test
    void a_pure_route_ignores_keys() {
        rig.writing(route -> route.access(Access.WRITE).pure()).handler(request -> bills.create());

        send("k", "one");

        assertThat(send("k", "two").text()).isEqualTo("bill 2");
    }

    @Test
    void a_retry_gets_409_while_the_first_request_is_in_progress() {
        rig.held().handler(request -> bills.create());

        FakeExchange first = send("k", "one");
        FakeExchange second = send("k", "one");
        rig.runCalls();

        assertThat(second.status()).isEqualTo(409);
        assertThat(second.problem()).isEqualTo("conflict");
        assertThat(second.answerHeaders()).containsEntry("retry-after", "1");
        assertThat(first.status()).isEqualTo(201);
        assertThat(isReplayed(send("k", "one"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 303, 400, 404, 409, 422})
    void decisions_of_a_handler_are_stored(int status) {
        rig.handler(request -> {
            bills.count();
            return Response.noContent().status(status);
        });

        send("k", "one");

        assertThat(send("k", "one").status()).isEqualTo(status);
        assertThat(bills.created()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void failures_of_a_handler_may_be_retried(int status) {
        rig.handler(request -> bills.count() == 1 ? Response.noContent().status(status) : bill(2));

        assertThat(send("k", "one").status()).isEqualTo(status);

        assertThat(send("k", "one").text()).isEqualTo("bill 2");
    }

    @Test
    void a_problem_of_the_handler_is_stored_and_an_exception_is_not() {
        rig.handler(request -> {
            if (bills.count() == 1) {
                throw new IllegalStateException("no");
            }
            throw ProblemException.notFound("there is no such customer");
        });

        assertThat(send("k", "one").status()).isEqualTo(500);
        FakeExchange second = send("k", "one");
        FakeExchange third = send("k", "one");

        assertThat(second.status()).isEqualTo(404);
        assertThat(isReplayed(third)).isTrue();
        assertThat(third.text()).isEqualTo(second.text());
        assertThat(third.answerHeaders()).containsEntry("content-type", "application/problem+json");
        assertThat(bills.created()).isEqualTo(2);
    }

    @Test
    void a_request_that_reached_no_handler_may_be_retried() {
        rig.workers(ChainRig.BUSY);
        rig.handler(request -> bills.create());
        assertThat(send("k", "one").status()).isEqualTo(503);

        rig.held();
        FakeExchange late = rig.send(request("k", "one"), Duration.ofMillis(1));
        assertThat(late.status()).isZero();
        rig.dropCalls();
        assertThat(send("k", "one").status()).isEqualTo(409);
    }

    @Test
    void a_deadline_that_passes_in_the_queue_releases_the_key() {
        rig.writing(route -> route.access(Access.WRITE).deadline(Duration.ofMillis(1)))
                .handler(request -> bills.create())
                .held();
        FakeExchange first = send("k", "one");
        rig.pass(Duration.ofMillis(1));
        assertThat(first.status()).isEqualTo(504);
        rig.runCalls();
        assertThat(bills.created()).isZero();

        rig.handler(request -> bills.create());
        FakeExchange second = send("k", "one");
        rig.runCalls();
        assertThat(second.text()).isEqualTo("bill 1");
    }

    @Test
    void a_handler_past_its_deadline_is_never_run_again() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        ExecutorService threads = Executors.newSingleThreadExecutor();
        rig.workers(task -> {
            threads.execute(task);
            return true;
        });
        rig.writing(route -> route.access(Access.WRITE).deadline(Duration.ofMillis(200)))
                .handler(request -> {
                    entered.countDown();
                    awaitUninterruptibly(gate);
                    return bills.create();
                });
        try {
            FakeExchange first = send("k", "one");
            assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
            rig.pass(Duration.ofMillis(200));
            assertThat(first.status()).isEqualTo(504);

            FakeExchange during = send("k", "one");
            gate.countDown();
            threads.shutdown();
            assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
            FakeExchange after = send("k", "one");

            assertThat(during.problem()).isEqualTo("idempotency-outcome-unknown");
            assertThat(after.status()).isEqualTo(409);
            assertThat(after.problem()).isEqualTo("idempotency-outcome-unknown");
            assertThat(bills.created()).isEqualTo(1);
            assertThat(rig.counted("busbar.idempotency.requests", "result")).containsEntry("unknown", 2);
        } finally {
            gate.countDown();
            threads.shutdownNow();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch gate) {
        boolean open = false;
        while (!open) {
            try {
                gate.await();
                open = true;
            } catch (InterruptedException e) {
                open = gate.getCount() == 0;
            }
        }
    }

    @Test
    void the_outcome_of_a_crashed_process_is_unknown_after_its_deadline() {
        rig.held().handler(request -> bills.create());
        send("k", "one");
        rig.dropCalls();

        assertThat(send("k", "one").problem()).isEqualTo("conflict");
        rig.wallClock().advance(Duration.ofMinutes(10));
        assertThat(send("k", "one").problem()).isEqualTo("idempotency-outcome-unknown");
        assertThat(send("k", "two").problem()).isEqualTo("idempotency-key-reused");
    }

    @Test
    void an_expired_key_may_be_used_again() {
        rig.handler(request -> bills.create());
        send("k", "one");

        rig.wallClock().advance(Duration.ofHours(25));

        assertThat(send("k", "two").text()).isEqualTo("bill 2");
    }

    @Test
    void the_header_is_ignored_if_keys_are_disabled() {
        try (ChainRig off = new ChainRig()
                .idempotency(new IdempotencySettings(false, Duration.ofHours(1), 1 << 10, 2, 1 << 20, 1 << 20))) {
            off.handler(request -> bills.create());
            off.send(request("a", "one"));

            assertThat(off.send(request("a", "two")).text()).isEqualTo("bill 2");
        }
    }

    @Test
    void keys_survive_a_swap() {
        rig.handler(request -> bills.create());
        send("k", "one");

        rig.swap();
        rig.handler(request -> bill(99));

        assertThat(send("k", "one").text()).isEqualTo("bill 1");
    }

    @Test
    void one_of_fifty_concurrent_requests_runs() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(50);
        ExecutorService writers = Executors.newFixedThreadPool(4);
        try (ChainRig many = new ChainRig().idempotency(IdempotencySettings.DEFAULTS, writers)) {
            many.workers(task -> {
                threads.execute(task);
                return true;
            });
            many.handler(request -> bills.create());
            CyclicBarrier together = new CyclicBarrier(50);
            List<Future<FakeExchange>> sent = new ArrayList<>();
            for (int n = 0; n < 50; n++) {
                sent.add(threads.submit(() -> {
                    together.await();
                    return many.send(request("k", "one"));
                }));
            }
            List<FakeExchange> all = new ArrayList<>();
            for (Future<FakeExchange> one : sent) {
                all.add(one.get(30, TimeUnit.SECONDS));
            }
            await().until(() -> all.stream().allMatch(FakeExchange::isComplete));

            assertThat(bills.created()).isEqualTo(1);
            assertThat(all.stream().filter(each -> each.status() == 201 && !isReplayed(each)))
                    .hasSize(1);
            assertThat(all).allMatch(each -> each.status() == 409 || each.text().equals("bill 1"));
        } finally {
            threads.shutdownNow();
            writers.shutdownNow();
        }
    }
}
