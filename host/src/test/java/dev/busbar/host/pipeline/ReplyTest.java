package dev.busbar.host.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.testing.Destination;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.Principal;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When something may be said of a response, and by whom it is sent. */
@Timeout(60)
@Tag("race")
final class ReplyTest {
    private static final int ROUNDS = 1_000;

    private final FakeExchange exchange = FakeExchange.get("/api/billing");
    private final Invocation invocation = new Invocation(exchange, 0);
    private final Reply reply = invocation.reply();

    private List<ThrowingCallable> registrations() {
        return List.of(
                () -> reply.addHeader("x-added", "1"),
                () -> reply.varyOn("Accept"),
                reply::markPersonal,
                () -> reply.onAnswer(answer -> {}),
                () -> reply.hold((answer, onwards) -> onwards.run()),
                () -> reply.onSent(sent -> {}),
                () -> reply.shapeProblems(problem -> problem, "application/json"),
                () -> reply.sendProblemsBy(Reply.Claim::send),
                () -> invocation.completion().onComplete(() -> {}));
    }

    @Test
    void nothing_is_registered_behind_the_dispatch() {
        reply.seal();

        assertThat(registrations()).allSatisfy(registration -> assertThatThrownBy(registration)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is sealed"));
        assertThat(reply.claim()).as("who answers is open still").isPresent();
    }

    @Test
    void nothing_is_registered_once_somebody_has_claimed() {
        Reply.Claim claim = reply.claim().orElseThrow();

        assertThat(registrations())
                .allSatisfy(registration -> assertThatThrownBy(registration).isInstanceOf(IllegalStateException.class));
        claim.send(Response.noContent());
        assertThat(exchange.status()).isEqualTo(204);
        assertThat(reply.addedHeaders()).isEmpty();
    }

    @Test
    void a_claim_sends_one_response() {
        Reply.Claim claim = reply.claim().orElseThrow();
        claim.send(Response.noContent());

        assertThatThrownBy(() -> claim.send(ProblemException.conflict("late")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("sent already");
        assertThat(exchange.answers()).isOne();
        assertThat(claim.invocation()).isSameAs(invocation);
    }

    @Test
    void steps_on_either_side_of_one_that_holds_back_see_a_response_once() {
        List<String> seen = new ArrayList<>();
        List<Runnable> held = new ArrayList<>();
        reply.onAnswer(answer -> seen.add("outer"));
        reply.hold((answer, onwards) -> held.add(onwards));
        reply.onAnswer(answer -> seen.add("inner"));

        reply.claim().orElseThrow().send(Response.noContent());
        assertThat(seen).containsExactly("inner");
        assertThat(exchange.answers()).isZero();
        held.get(0).run();

        assertThat(seen).containsExactly("inner", "outer");
        assertThat(exchange.status()).isEqualTo(204);
    }

    @Test
    void a_response_that_cannot_be_sent_ends_the_request() {
        AtomicInteger complete = new AtomicInteger();
        List<Sent> sent = new ArrayList<>();
        reply.onSent(sent::add);
        invocation.completion().onComplete(complete::incrementAndGet);
        reply.onAnswer(answer -> {
            throw new IllegalStateException("on purpose");
        });

        reply.claim().orElseThrow().send(Response.noContent());

        assertThat(exchange.isAborted()).isTrue();
        assertThat(sent).containsExactly(new Sent(500, 0, false));
        assertThat(complete).hasValue(1);
    }

    @Test
    void a_streaming_response_sets_no_header_of_the_host() throws Exception {
        Response response = Response.stream("text/plain", out -> {})
                .header("Transfer-Encoding", "chunked")
                .header("Connection", "close")
                .header("Content-Length", "1")
                .header("Server", "x")
                .header("X-Own", "1");

        reply.claim().orElseThrow().stream(response, out -> out.write('a'));

        assertThat(exchange.text()).isEqualTo("a");
        assertThat(exchange.answerHeaders())
                .containsEntry("x-own", "1")
                .doesNotContainKeys("transfer-encoding", "connection", "content-length", "server");
    }

    @Test
    void a_response_whose_headers_are_too_large_is_a_500_and_its_steps_see_that() throws Exception {
        List<Integer> seen = new ArrayList<>();
        reply.onAnswer(answer -> seen.add(answer.status()));

        reply.claim().orElseThrow().send(Response.text("a").header("X-Wide", "w".repeat(17_000)));

        assertThat(exchange.status()).isEqualTo(500);
        assertThat(exchange.problem()).isEqualTo("platform-failed");
        assertThat(seen).containsExactly(500);
    }

    @Test
    void a_streaming_response_whose_headers_are_too_large_is_a_500_and_never_written() throws Exception {
        List<String> written = new ArrayList<>();

        reply.claim().orElseThrow().stream(
                Response.stream("text/plain", out -> {}).header("X-Wide", "w".repeat(17_000)), out -> written.add("a"));

        assertThat(exchange.status()).isEqualTo(500);
        assertThat(written).isEmpty();
    }

    @Test
    void a_streaming_response_whose_refusal_cannot_be_formed_ends_the_request() throws Exception {
        List<Sent> sent = new ArrayList<>();
        reply.onSent(sent::add);
        reply.shapeProblems(
                problem -> {
                    throw new IllegalStateException("on purpose");
                },
                "application/json");

        reply.claim().orElseThrow().stream(
                Response.stream("text/plain", out -> {}).header("X-Wide", "w".repeat(17_000)), out -> {});

        assertThat(exchange.isAborted()).isTrue();
        assertThat(sent).containsExactly(new Sent(500, 0, false));
    }

    @Test
    void of_many_who_claim_at_once_one_gets_it() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        CyclicBarrier together = new CyclicBarrier(4);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                Reply raced = new Invocation(FakeExchange.get("/"), 0).reply();
                List<Future<Optional<Reply.Claim>>> claims = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    claims.add(threads.submit(() -> {
                        together.await();
                        return raced.claim();
                    }));
                }
                int winners = 0;
                for (Future<Optional<Reply.Claim>> claim : claims) {
                    winners += claim.get(30, TimeUnit.SECONDS).isPresent() ? 1 : 0;
                }
                assertThat(winners).isOne();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void a_fact_is_set_once() {
        invocation.correlationId("id-000001");
        new CanonicalPathInterceptor().intercept(invocation, passed -> {});
        invocation.clientAddress("10.0.0.1");
        invocation.endpoint(Destination.of("billing"), List.of());
        invocation.caller(caller());
        invocation.collected(new byte[0]);

        List<ThrowingCallable> again = List.of(
                () -> invocation.correlationId("id-000002"),
                () -> new CanonicalPathInterceptor().intercept(invocation, passed -> {}),
                () -> invocation.clientAddress("10.0.0.1"),
                () -> invocation.endpoint(Destination.of("billing"), List.of()),
                () -> invocation.caller(caller()),
                () -> invocation.collected(new byte[0]));

        assertThat(again).allSatisfy(second -> assertThatThrownBy(second)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("id-000001 is known already"));
    }

    @Test
    void notes_may_be_replaced_and_do_not_mix() {
        invocation.note("cache", "miss");
        invocation.note("ratelimit", "shadow");
        invocation.note("cache", "hit");

        assertThat(invocation.note("cache")).isEqualTo("hit");
        assertThat(invocation.note("ratelimit")).isEqualTo("shadow");
        assertThat(invocation.note("breaker")).isEmpty();
    }

    @Test
    void another_invocation_of_the_same_is_part_of_the_first() {
        AtomicInteger complete = new AtomicInteger();
        invocation.correlationId("id-000001");
        invocation.endpoint(Destination.of("billing"), List.of("7"));
        invocation.caller(caller());
        invocation.completion().onComplete(complete::incrementAndGet);
        FakeExchange other = FakeExchange.get("/");

        Invocation again = invocation.again(other, System.nanoTime());
        reply.claim().orElseThrow().send(Response.noContent());
        assertThat(complete).hasValue(0);
        again.reply().claim().orElseThrow().send(Response.noContent());

        assertThat(complete).hasValue(1);
        assertThat(again.pathParameters()).containsExactly("7");
        assertThat(again.caller()).isPresent();
        assertThat(other.answerHeaders()).containsEntry("x-correlation-id", "id-000001");
    }

    private static Caller caller() {
        return new Caller(
                Principal.of("ada", Principal.Kind.SERVICE, Set.of()),
                "key",
                Set.of(),
                Optional.empty(),
                permission -> true,
                Caller.Account.of("key"));
    }
}
