package dev.busbar.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a connection has had its turn. */
final class FrontHandlerTest {
    private final FrontHandler.Burst burst = new FrontHandler.Burst();

    @Test
    void every_32nd_request_in_a_row_of_one_connection_is_left_to_others() {
        Object connection = new Object();
        List<Integer> left = new ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            if (burst.isExhausted(connection)) {
                left.add(i);
            }
        }

        assertThat(left).containsExactly(32, 64, 96);
    }

    @Test
    void connections_in_turn_are_never() {
        // Named by their identity, so these must not be taken for one by chance.
        Object one = new Object();
        Object other = new Object();
        while (System.identityHashCode(other) == System.identityHashCode(one)) {
            other = new Object();
        }
        for (int i = 0; i < 100; i++) {
            assertThat(burst.isExhausted(one)).isFalse();
            assertThat(burst.isExhausted(other)).isFalse();
        }
    }
}
