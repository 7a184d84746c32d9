package dev.busbar.host.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.testing.FakeExchange;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where a step must not wait, and where it may. */
final class EventLoopTest {
    @Test
    void what_may_wait_is_not_begun_where_nothing_may() {
        List<String> done = new ArrayList<>();
        Invocation invocation = new Invocation(FakeExchange.get("/"), 0);

        EventLoop.pass(invocation, passing -> {
            assertThatThrownBy(EventLoop::leave)
                    .isInstanceOf(EventLoop.WouldBlockException.class)
                    .satisfies(thrown -> assertThat(thrown.getStackTrace()).isEmpty());
            done.add("passed");
        });

        assertThat(done).containsExactly("passed");
        assertThatCode(EventLoop::leave)
                .as("afterwards, and on any other thread")
                .doesNotThrowAnyException();
    }

    @Test
    void a_failure_is_answered_and_the_mark_taken_off() {
        FakeExchange exchange = FakeExchange.get("/");

        EventLoop.pass(new Invocation(exchange, 0), passing -> {
            throw new IllegalStateException("no");
        });

        assertThat(exchange.status()).isEqualTo(500);
        assertThatCode(EventLoop::leave).doesNotThrowAnyException();
    }
}
