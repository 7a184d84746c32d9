package dev.busbar.host.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Response;
import java.io.ByteArrayInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What steps make of an answer on its way out, and who is told that it is out. */
final class AnswerTest {
    private final FakeExchange exchange = FakeExchange.get("/api/billing");
    private final Invocation invocation = new Invocation(exchange, 0);
    private final List<Sent> sent = new ArrayList<>();

    AnswerTest() {
        invocation.reply().onSent(sent::add);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Writes each byte twice. */
    private static OutputStream doubled(OutputStream out) {
        return new FilterOutputStream(out) {
            @Override
            public void write(int value) throws IOException {
                out.write(value);
                out.write(value);
            }
        };
    }

    @Test
    void steps_see_an_answer_in_reverse_and_may_change_it() {
        List<String> seen = new ArrayList<>();
        invocation.reply().onAnswer(answer -> seen.add("outer " + answer.status()));
        invocation.reply().onAnswer(answer -> {
            seen.add("inner " + answer.status());
            answer.status(203);
            answer.field("etag", "\"1\"");
            answer.body(bytes("other"));
        });

        invocation.reply().claim().orElseThrow().send(Response.json("x"), bytes("\"x\""));

        assertThat(seen).containsExactly("inner 200", "outer 203");
        assertThat(exchange.text()).isEqualTo("other");
        assertThat(exchange.answerHeaders()).containsEntry("etag", "\"1\"");
        assertThat(sent).containsExactly(new Sent(203, 5, true));
    }

    @Test
    void steps_see_no_field_that_only_the_host_may_set() {
        List<Map<String, String>> seen = new ArrayList<>();
        invocation.reply().onAnswer(answer -> seen.add(Map.copyOf(answer.fields())));

        invocation
                .reply()
                .claim()
                .orElseThrow()
                .send(Response.noContent().header("Connection", "close").header("ETag", "\"1\""));

        assertThat(seen).containsExactly(Map.of("etag", "\"1\""));
    }

    @Test
    void a_kept_answer_may_stand_in_for_a_problem() {
        invocation.reply().onAnswer(answer -> {
            assertThat(answer.status()).isEqualTo(500);
            answer.replace(Answer.buffered(200, Map.of("Content-Type", "text/plain", "Age", "7"), bytes("kept")));
        });

        invocation.reply().fail(ProblemException.of(500, "platform-failed", "Platform failed", "no"));

        assertThat(exchange.text()).isEqualTo("kept");
        assertThat(exchange.answerHeaders())
                .containsEntry("content-type", "text/plain")
                .containsEntry("age", "7")
                .doesNotContainKey("cache-control");
    }

    @Test
    void a_streamed_answer_is_encoded_inner_first_and_counted_as_it_leaves() throws IOException {
        invocation.reply().onAnswer(answer -> answer.code(AnswerTest::doubled));
        invocation.reply().onAnswer(answer -> answer.varyOn("Accept-Encoding"));

        invocation.reply().claim().orElseThrow().stream(Response.noContent(), out -> out.write(bytes("ab")));

        assertThat(exchange.text()).isEqualTo("aabb");
        assertThat(exchange.answerHeaders()).containsEntry("vary", "Accept-Encoding");
        assertThat(sent).containsExactly(new Sent(204, 4, true));
    }

    @Test
    void the_body_of_a_streamed_answer_cannot_be_replaced() {
        Answer streamed = Answer.streamed(200, Map.of());

        assertThatThrownBy(() -> streamed.body(bytes("x"))).isInstanceOf(IllegalStateException.class);
        assertThat(streamed.isBuffered()).isFalse();
    }

    @Test
    void a_stream_that_breaks_off_is_told_once_with_what_was_sent() {
        assertThatThrownBy(() -> invocation.reply().claim().orElseThrow().stream(Response.noContent(), out -> {
                    out.write(bytes("abc"));
                    throw new IOException("no more");
                }))
                .isInstanceOf(IOException.class);

        assertThat(sent).containsExactly(new Sent(204, 3, false));
    }

    @Test
    void who_waits_for_the_answer_is_told_though_the_handler_still_runs() {
        List<String> order = new ArrayList<>();
        invocation.reply().onSent(what -> order.add("sent"));
        invocation.completion().onComplete(() -> order.add("complete"));
        invocation.completion().retain();

        invocation.reply().fail(ProblemException.conflict("no"));
        order.add("handler");
        invocation.completion().release();

        assertThat(order).containsExactly("sent", "handler", "complete");
    }

    @Test
    void an_invocation_is_complete_once_whoever_holds_it_afterwards() {
        List<String> order = new ArrayList<>();
        invocation.completion().onComplete(() -> order.add("complete"));
        invocation.reply().fail(ProblemException.conflict("no"));

        invocation.completion().retain();
        invocation.completion().release();

        assertThat(order).containsExactly("complete");
    }

    @Test
    void a_collected_body_takes_the_place_of_what_the_client_sends() throws IOException {
        assertThat(invocation.body()).isSameAs(exchange.body());

        invocation.collected(bytes("whole"));

        assertThat(invocation.body()).isInstanceOf(ByteArrayInputStream.class);
        assertThat(invocation.body().readAllBytes()).isEqualTo(bytes("whole"));
    }

    @Test
    void a_caller_can_only_shorten_the_deadline() {
        Timing timing = new Timing(100);
        timing.ofRoute(Duration.ofNanos(50));
        assertThat(timing.dueNanos()).isEqualTo(150);
        assertThat(timing.isShortened()).isFalse();

        timing.shorten(Duration.ofNanos(30));
        timing.shorten(Duration.ofNanos(40));

        assertThat(timing.dueNanos()).isEqualTo(130);
        assertThat(timing.isShortened()).isTrue();
        timing.ofRoute(Duration.ofNanos(20));
        assertThat(timing.allowed()).isEqualTo(Duration.ofNanos(20));
        assertThat(timing.handlerNanos()).isZero();
    }
}
