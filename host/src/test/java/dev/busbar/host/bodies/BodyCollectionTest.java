package dev.busbar.host.bodies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.ChainRig;
import dev.busbar.host.entry.Generation;
import dev.busbar.host.testing.Callers;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Handler;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Bodies on their way to a handler, step by step. */
final class BodyCollectionTest {
    private static final int LARGE = 2 << 20;

    private final ChainRig rig = new ChainRig()
            .writing(route -> route.access(Access.WRITE).maxBodyBytes(4 << 20))
            .handler(request -> Response.text(text(request.body())));

    private static String text(InputStream body) {
        try {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw ProblemException.badRequest("cannot be read");
        }
    }

    private static FakeExchange post(String body) {
        return FakeExchange.of("POST", ChainRig.BILLS).body(body);
    }

    private static FakeExchange endless(InputStream in) {
        return FakeExchange.of("POST", ChainRig.BILLS).body(in).contentLength(LARGE);
    }

    @Test
    void a_body_that_has_not_arrived_holds_no_thread() {
        FakeExchange slow = rig.send(post("hello").slow());
        assertThat(rig.calls()).isZero();

        slow.arrive();

        assertThat(rig.calls()).isOne();
        assertThat(slow.text()).isEqualTo("hello");
    }

    @Test
    void a_slow_body_delays_no_other_request() {
        for (int i = 0; i < 200; i++) {
            rig.send(post("hello").slow());
        }

        assertThat(rig.get().status()).isEqualTo(200);
        assertThat(rig.send(post("hello")).text()).isEqualTo("hello");
    }

    @Test
    void a_caller_has_a_max_number_of_bodies_on_their_way_and_keeps_nobody_out() {
        List<FakeExchange> waiting = new ArrayList<>();
        for (int i = 0; i < 512; i++) {
            waiting.add(rig.send(post("hello").slow()));
        }

        FakeExchange refused = rig.send(post("hello").slow());
        FakeExchange other = rig.as(Callers.BERT).send(post("hello").slow());
        other.arrive();

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.answerHeaders()).containsEntry("retry-after", "1");
        assertThat(other.text()).isEqualTo("hello");
        waiting.forEach(FakeExchange::arrive);
        assertThat(waiting).allSatisfy(one -> assertThat(one.text()).isEqualTo("hello"));
    }

    @Test
    void an_announced_body_takes_no_more_memory_than_has_arrived() {
        FakeExchange slow = rig.send(post("x".repeat(900_000)).slow());
        assertThat(rig.meters().value("busbar.bodies.memory")).isEqualTo(BodyBudget.SMALL);

        slow.arrive();

        assertThat(slow.text()).hasSize(900_000);
        assertThat(rig.meters().value("busbar.bodies.memory")).isZero();
    }

    @Test
    void a_body_may_take_as_long_as_it_makes_progress() {
        FakeExchange slow = rig.send(post("x".repeat(900_000)).slow());

        for (int second = 1; second <= 120; second++) {
            slow.arrived(second * 5_000L);
            rig.pass(Duration.ofSeconds(1));
        }
        assertThat(slow.answers()).isZero();
        slow.arrive();

        assertThat(slow.status()).isEqualTo(200);
    }

    @Test
    void a_body_below_the_minimum_rate_is_408_and_never_handled() {
        FakeExchange slow = rig.send(post("x".repeat(900_000)).slow());

        slow.arrived(4 * 1024);
        rig.pass(Duration.ofMillis(10_900));
        assertThat(slow.answers()).isZero();
        rig.pass(Duration.ofMillis(200));
        slow.arrive();

        assertThat(slow.status()).isEqualTo(408);
        assertThat(slow.problem()).isEqualTo("request-timeout");
        assertThat(rig.calls()).isZero();
    }

    @Test
    void the_deadline_of_the_handler_runs_from_the_end_of_its_body() {
        rig.held();
        FakeExchange slow = rig.send(post("x".repeat(900_000)).slow());
        slow.arrived(900_000);
        rig.pass(Duration.ofMinutes(2));

        slow.arrive();
        rig.tick();
        assertThat(slow.answers()).isZero();
        rig.pass(Duration.ofSeconds(31));

        assertThat(slow.status()).isEqualTo(504);
    }

    @Test
    void a_generation_that_is_replaced_waits_for_a_body_as_for_a_stream() {
        Handler reading = request -> Response.text(text(request.body()));
        Generation old = rig.publish("billing", Route.post("/bills", reading).access(Access.WRITE));
        FakeExchange slow = rig.send(post("hello").slow());
        rig.publish(
                "billing", Route.post("/bills", request -> Response.text("new")).access(Access.WRITE));
        old.drain();

        assertThat(old.streams()).isOne();
        slow.arrive();

        assertThat(slow.text()).isEqualTo("hello");
        assertThat(old.streams()).isZero();
        assertThat(old.isClosed()).isTrue();
    }

    @Test
    void a_body_that_ends_too_early_is_400() {
        FakeExchange slow = rig.send(post("hello").slow());

        slow.leave();

        assertThat(slow.status()).isEqualTo(400);
        assertThat(rig.calls()).isZero();
    }

    @Test
    void a_body_of_unknown_length_beyond_the_limit_of_the_route_is_413_without_a_thread() {
        rig.writing(route -> route.access(Access.WRITE).maxBodyBytes(1_000));

        FakeExchange over = rig.send(FakeExchange.of("POST", ChainRig.BILLS).chunked("x".repeat(1_001)));
        FakeExchange exact = rig.send(FakeExchange.of("POST", ChainRig.BILLS).chunked("x".repeat(1_000)));

        assertThat(over.status()).isEqualTo(413);
        assertThat(exact.text()).hasSize(1_000);
        assertThat(rig.calls()).isOne();
    }

    @Test
    void a_handler_gets_all_of_an_upload_of_any_framing() {
        String large = "0123456789".repeat(150_000);

        assertThat(rig.send(post(large)).text()).isEqualTo(large);
        assertThat(rig.send(FakeExchange.of("POST", ChainRig.BILLS).chunked(large))
                        .text())
                .isEqualTo(large);
    }

    @Test
    void uploads_leave_threads_to_others() {
        rig.held();
        List<FakeExchange> uploads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            uploads.add(rig.send(post("x".repeat(LARGE))));
        }

        assertThat(uploads.get(2).status()).as("an eighth of 16 threads").isEqualTo(503);
        assertThat(uploads.get(2).problem()).isEqualTo("platform-overloaded");
        assertThat(rig.as(Callers.BERT).send(post("x".repeat(LARGE))).answers()).isZero();
        rig.runCalls();
        assertThat(rig.send(post("x".repeat(LARGE))).answers())
                .as("once the others are complete")
                .isZero();
    }

    /** Uploads of a platform, as many as it has room for; their handlers have not begun. */
    private List<FakeExchange> fullOfUploads() {
        rig.writing(route -> route.access(Access.WRITE).maxBodyBytes(4 << 20).deadline(Duration.ofMinutes(5)))
                .held();
        List<FakeExchange> uploads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            rig.as(Callers.of("caller" + i / 2, Set.of("analyst"), Set.of("billing:write")));
            uploads.add(rig.send(post("x".repeat(LARGE))));
        }
        rig.as(Callers.BERT);
        return uploads;
    }

    @Test
    void an_upload_whose_handler_computes_does_not_count_as_slow() {
        List<FakeExchange> uploads = fullOfUploads();
        uploads.forEach(upload -> upload.arrived(200_000));
        uploads.get(2).awaited(Duration.ofMillis(1));
        rig.pass(Duration.ofSeconds(60));

        assertThat(rig.send(post("x".repeat(LARGE))).status()).isEqualTo(503);

        assertThat(uploads).allMatch(upload -> upload.answers() == 0);
    }

    @Test
    void an_upload_that_is_answered_does_not_keep_the_next_slow_one_from_ending() {
        List<FakeExchange> uploads = fullOfUploads();
        rig.pass(Duration.ofSeconds(60));
        uploads.get(5).arrived(1_000).awaited(Duration.ofSeconds(60));
        uploads.get(6).arrived(2_000).awaited(Duration.ofSeconds(60));
        uploads.get(7).arrived(60 << 20).awaited(Duration.ofSeconds(60));

        rig.send(post("x".repeat(LARGE)));
        assertThat(uploads.get(5).status()).isEqualTo(408);
        assertThat(uploads.get(6).answers()).isZero();
        rig.send(post("x".repeat(LARGE)));

        assertThat(uploads.get(6).status()).isEqualTo(408);
        assertThat(uploads.get(7).answers()).isZero();
    }

    @Test
    void the_slowest_upload_ends_when_a_platform_is_full_of_uploads() {
        List<FakeExchange> uploads = fullOfUploads();
        uploads.forEach(upload -> upload.arrived(2_000_000).awaited(Duration.ofSeconds(9)));
        uploads.get(5).arrived(200_000);
        assertThat(rig.send(post("x".repeat(LARGE))).status()).isEqualTo(503);
        assertThat(uploads).as("none is slow yet").allMatch(upload -> upload.answers() == 0);

        uploads.forEach(upload -> upload.awaited(Duration.ofSeconds(11)));
        FakeExchange refused = rig.send(post("x".repeat(LARGE)));
        FakeExchange again = rig.send(post("x".repeat(LARGE)));
        rig.runCalls();

        assertThat(refused.status()).isEqualTo(503);
        assertThat(uploads.get(5).status()).isEqualTo(408);
        assertThat(again.status()).as("until its handler has left").isEqualTo(503);
        assertThat(uploads).filteredOn(upload -> upload.status() == 200).hasSize(7);
        rig.send(post("x".repeat(LARGE)));
        assertThat(rig.calls()).as("there is room again").isEqualTo(9);
    }

    @Test
    void an_upload_whose_handler_waits_for_the_client_is_bounded_by_its_rate_alone() {
        InputStream silent = new InputStream() {
            @Override
            public int read() {
                rig.pass(Duration.ofSeconds(60));
                return -1;
            }
        };
        InputStream slow = new SequenceInputStream(new ByteArrayInputStream(new byte[70 * 1024]), silent);

        FakeExchange exchange = rig.send(endless(slow));

        assertThat(exchange.status()).as(exchange.text()).isEqualTo(408);
    }

    @Test
    void json_takes_memory_while_it_is_bound_and_returns_it() {
        rig.handler(request ->
                Response.text("" + request.json(Map.class).size() + rig.meters().value("busbar.bodies.memory")));
        String json = "{\"a\":\"" + "x".repeat(100_000) + "\"}";

        FakeExchange bound = rig.send(post(json));

        assertThat(bound.text()).isEqualTo("1" + (json.length() * BoundBody.WEIGHT + json.length()));
        assertThat(rig.meters().value("busbar.bodies.memory")).isZero();
    }
}
