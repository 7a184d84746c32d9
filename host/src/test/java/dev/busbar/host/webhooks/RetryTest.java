package dev.busbar.host.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final RandomGenerator NO_SPREAD = () -> 0;

    private static Duration delay(int attempts, Optional<String> retryAfter) {
        return Duration.between(
                NOW, Retry.next(attempts, retryAfter, NOW, NO_SPREAD).orElseThrow());
    }

    @Test
    void the_pauses_grow_to_a_day_and_end() {
        assertThat(delay(1, Optional.empty())).isEqualTo(Duration.ofSeconds(5));
        assertThat(delay(9, Optional.empty())).isEqualTo(Duration.ofHours(24));
        assertThat(Retry.next(Retry.MAX_ATTEMPTS, Optional.empty(), NOW, NO_SPREAD))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "60, PT1M",
        "1, PT5S",
        "999999999999, P1D",
        "99999999999999999999999, PT5S",
        "'Sun, 22 Nov 2026 10:01:00 GMT', PT1M",
        "'Sun, 22 Nov 2099 10:01:00 GMT', P1D",
        "-5, PT5S",
        "soon, PT5S"
    })
    void a_receiver_is_waited_for_as_long_as_it_asks_but_no_longer_than_a_day(String asked, Duration expected) {
        assertThat(delay(1, Optional.of(asked))).isEqualTo(expected);
    }
}
