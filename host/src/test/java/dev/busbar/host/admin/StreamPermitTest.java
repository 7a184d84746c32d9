package dev.busbar.host.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Streaming responses whose caller loses the right to them while it reads. */
class StreamPermitTest {
    private long now;
    private boolean permitted = true;
    private final AtomicInteger asked = new AtomicInteger();
    private final AuditRoutes.StreamPermit permit = new AuditRoutes.StreamPermit(
            () -> {
                asked.incrementAndGet();
                return permitted;
            },
            () -> now);

    @Test
    void a_streaming_response_ends_within_a_second_of_the_right_to_it() {
        permitted = false;
        assertThatCode(permit::require).as("just authenticated").doesNotThrowAnyException();

        now += Duration.ofSeconds(1).toNanos();

        assertThatThrownBy(permit::require).isInstanceOf(IOException.class);
    }

    @Test
    void the_right_is_asked_for_once_a_second() throws Exception {
        for (int i = 0; i < 10_000; i++) {
            now += Duration.ofMillis(1).toNanos();
            permit.require();
        }

        assertThat(asked).hasValue(10);
    }
}
