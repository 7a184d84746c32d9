package dev.busbar.host.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.testing.FakeExchange;
import dev.busbar.host.threads.NonBlocking;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** Which thread a step runs on that may have to block. */
final class InterceptorTest {
    private final List<String> done = new ArrayList<>();

    private void lookUp(Invocation invocation) {
        NonBlocking.requireWorker("a look-up");
        done.add("looked up " + place());
    }

    private void proceed(Invocation invocation) {
        done.add("proceeded " + place());
    }

    private static String place() {
        return NonBlocking.isCurrent() ? "on the event loop" : "on a worker";
    }

    @Test
    void a_step_that_would_block_is_retried_on_a_worker_with_what_follows() {
        List<Runnable> workers = new ArrayList<>();
        FakeExchange exchange = FakeExchange.get("/").workers(workers::add);

        Interceptor.passOnEventLoop(
                new Invocation(exchange, 0),
                passing -> Interceptor.onWorkerIfBlocking(passing, this::lookUp, this::proceed));
        assertThat(done).isEmpty();

        workers.forEach(Runnable::run);
        assertThat(done).containsExactly("looked up on a worker", "proceeded on a worker");
        assertThat(exchange.status())
                .as("nothing was answered, so nothing failed")
                .isZero();
    }

    @Test
    void a_step_that_does_not_block_stays_where_it_is() {
        Interceptor.passOnEventLoop(
                new Invocation(FakeExchange.get("/"), 0),
                passing ->
                        Interceptor.onWorkerIfBlocking(passing, same -> done.add("found " + place()), this::proceed));

        assertThat(done).containsExactly("found on the event loop", "proceeded on the event loop");
    }

    @Test
    void what_follows_is_not_retried_when_it_would_block() {
        FakeExchange exchange = FakeExchange.get("/");

        Interceptor.passOnEventLoop(
                new Invocation(exchange, 0),
                passing -> Interceptor.onWorkerIfBlocking(passing, same -> done.add("found"), this::lookUp));

        assertThat(done).containsExactly("found");
        assertThat(exchange.status()).isEqualTo(500);
    }

    @Test
    void a_server_that_has_stopped_refuses_what_would_block() {
        FakeExchange exchange = FakeExchange.get("/").workers(task -> {
            throw new RejectedExecutionException("stopped");
        });

        Interceptor.passOnEventLoop(
                new Invocation(exchange, 0),
                passing -> Interceptor.onWorkerIfBlocking(passing, this::lookUp, this::proceed));

        assertThat(exchange.status()).isEqualTo(503);
    }

    @Test
    void a_failure_becomes_the_response() {
        FakeExchange exchange = FakeExchange.get("/");

        Interceptor.passOnEventLoop(new Invocation(exchange, 0), passing -> {
            throw new IllegalStateException("no");
        });

        assertThat(exchange.status()).isEqualTo(500);
        assertThat(NonBlocking.isCurrent()).isFalse();
    }
}
