package dev.busbar.host.routing;

import static dev.busbar.host.ChainRig.OVERDUE;
import static dev.busbar.host.ChainRig.bills;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.ChainRig;
import dev.busbar.host.entry.Generation;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Response;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The responses, streams and exceptions of handlers. */
final class HandlerResponseTest {
    private final ChainRig rig = new ChainRig().held();

    @Test
    void a_stream_has_a_limit_of_its_own_after_its_first_byte() {
        Generation generation = rig.publish(request -> Response.stream("text/plain", out -> {
            out.write("a".getBytes(UTF_8));
            rig.tick(); // past the deadline of the route, within the limit of streams
            out.write("b".getBytes(UTF_8));
        }));
        FakeExchange exchange = rig.send(bills(), OVERDUE);

        rig.runCalls();

        assertThat(exchange.text()).isEqualTo("ab");
        assertThat(exchange.isAborted()).isFalse();
        assertThat(generation.leases()).isZero();
    }

    @Test
    void a_stream_past_its_limit_is_aborted_and_its_thread_interrupted() {
        AtomicBoolean interrupted = new AtomicBoolean();
        rig.streamLimit(Duration.ZERO);
        Generation generation = rig.publish(request -> Response.stream("text/plain", out -> {
            out.write("a".getBytes(UTF_8));
            rig.tick();
            interrupted.set(Thread.currentThread().isInterrupted());
            out.write("b".getBytes(UTF_8));
        }));
        FakeExchange exchange = rig.send(bills(), OVERDUE);

        rig.runCalls();

        assertThat(exchange.text()).isEqualTo("a");
        assertThat(exchange.isAborted()).isTrue();
        assertThat(interrupted).isTrue();
        assertThat(Thread.interrupted()).isFalse();
        assertThat(generation.leases()).isZero();
        assertThat(generation.running()).isEmpty();
    }

    @Test
    void a_limit_that_ends_before_the_first_byte_of_a_stream_does_not_lose_the_lease() {
        rig.streamLimit(Duration.ZERO);
        Generation generation = rig.publish(request -> Response.stream("text/plain", out -> out.write('a')));
        FakeExchange exchange = bills().whenSending(rig::tick);

        rig.send(exchange, OVERDUE);
        rig.runCalls();

        assertThat(exchange.isComplete()).isTrue();
        assertThat(generation.leases()).isZero();
    }

    @Test
    void a_writer_that_throws_aborts_the_connection() {
        Generation generation = rig.publish(request -> Response.stream("text/plain", out -> {
            out.write('a');
            throw new IOException("no more");
        }));
        FakeExchange exchange = rig.send(bills());

        rig.runCalls();

        assertThat(exchange.isAborted()).isTrue();
        assertThat(exchange.answers()).isEqualTo(1);
        assertThat(generation.leases()).isZero();
    }

    @Test
    void exceptions_of_a_handler_yield_500_without_their_message() {
        for (Throwable failure : new Throwable[] {
            new IllegalStateException("secret"), new NoClassDefFoundError("secret"), new Exception("secret")
        }) {
            Generation generation = rig.publish(request -> {
                if (failure instanceof Error error) {
                    throw error;
                }
                throw (Exception) failure;
            });
            FakeExchange exchange = rig.send(bills());
            rig.runCalls();

            assertThat(exchange.status()).isEqualTo(500);
            assertThat(exchange.problem()).isEqualTo("platform-failed");
            assertThat(exchange.json().get("platform").asText()).isEqualTo("billing");
            assertThat(exchange.json().get("generation").asText()).isEqualTo(Long.toString(generation.number()));
            assertThat(exchange.text()).doesNotContain("secret");
        }
    }

    @Test
    void a_response_that_cannot_be_encoded_is_a_clean_500() {
        rig.publish(request -> Response.json(Map.of("self", new Object())));
        FakeExchange exchange = rig.send(bills());

        rig.runCalls();

        assertThat(exchange.problem()).isEqualTo("platform-failed");
        assertThat(exchange.text()).doesNotContain("java.lang");
    }

    @Test
    void a_handler_that_returns_null_is_a_clean_500() {
        rig.publish(request -> null);
        FakeExchange exchange = rig.send(bills());

        rig.runCalls();

        assertThat(exchange.problem()).isEqualTo("platform-failed");
    }

    @Test
    void a_handler_chooses_its_problem() {
        rig.publish(request -> {
            throw ProblemException.conflict("paid twice");
        });
        FakeExchange exchange = rig.send(bills());

        rig.runCalls();

        assertThat(exchange.status()).isEqualTo(409);
        assertThat(exchange.json().get("detail").asText()).isEqualTo("paid twice");
    }

    @Test
    void a_body_that_did_not_arrive_in_time_is_the_clients_fault() {
        rig.publish(request -> Response.text("read " + request.body().read()));
        FakeExchange exchange = bills().body(new InputStream() {
            @Override
            public int read() {
                rig.pass(Duration.ofSeconds(11)); // while the reader waits
                return 'x';
            }
        });

        rig.send(exchange);
        rig.runCalls();

        assertThat(exchange.status()).isEqualTo(408);
        assertThat(exchange.problem()).isEqualTo("request-timeout");
        assertThat(exchange.answers()).isEqualTo(1);
    }

    @Test
    void a_body_that_broke_off_is_the_clients_fault_whatever_the_handler_throws() {
        rig.publish(request -> {
            try {
                request.body().readAllBytes();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            return Response.noContent();
        });
        FakeExchange exchange = bills().body(new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("early EOF");
            }
        });

        rig.send(exchange);
        rig.runCalls();

        assertThat(exchange.status()).isEqualTo(400);
        assertThat(exchange.text()).doesNotContain("EOF");
    }

    @Test
    void a_call_that_cannot_be_ended_does_not_stop_the_clock() {
        rig.publish(request -> Response.text("paid"));
        FakeExchange broken = rig.send(
                bills().whenSending(() -> {
                    throw new IllegalStateException("broken");
                }),
                OVERDUE);
        FakeExchange fine = rig.send(bills(), OVERDUE);

        rig.tick();

        assertThat(broken.answers()).isEqualTo(1);
        assertThat(fine.status()).isEqualTo(504);
    }
}
