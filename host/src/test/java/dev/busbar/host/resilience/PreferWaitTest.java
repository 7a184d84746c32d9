package dev.busbar.host.resilience;

import static dev.busbar.host.ChainRig.bills;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.ChainRig;
import dev.busbar.plugin.CachePolicy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code Prefer: wait}. */
final class PreferWaitTest {
    private final ChainRig rig = new ChainRig();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wait=5|5",
                "Wait = 5|5",
                "respond-async, wait=10|10",
                "wait=3;x=y, wait=9|3",
                "return=minimal;foo, wait=7 ;a|7",
                "wait=3600|3600"
            })
    void a_wait_is_found_among_other_preferences(String field, int seconds) {
        assertThat(PreferWaitInterceptor.wait(List.of(field))).hasValue(seconds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "wait",
                "wait=",
                "wait=0",
                "wait=-1",
                "wait=1.5",
                "wait=\"5\"",
                "wait=3601",
                "wait=99999999999",
                "await=5",
                "wait=٣",
                "=5",
                ";wait=5",
                "return=wait=5"
            })
    void a_malformed_wait_is_ignored(String field) {
        assertThat(PreferWaitInterceptor.wait(List.of(field))).isEmpty();
    }

    @Test
    void a_header_that_is_too_long_is_ignored() {
        assertThat(PreferWaitInterceptor.wait(List.of("a,".repeat(5_000) + "wait=5", "wait=6")))
                .hasValue(6);
    }

    @Test
    void a_shortened_deadline_is_confirmed_in_the_response() {
        ChainRig.Request request = rig.begin(bills().with("Prefer", "wait=2"), Duration.ZERO);

        assertThat(request.invocation().timing().allowed()).isEqualTo(Duration.ofSeconds(2));
        assertThat(request.exchange().answerHeaders()).containsEntry("preference-applied", "wait=2");
    }

    @Test
    void a_route_with_cached_responses_ignores_the_preference() {
        rig.policy(CachePolicy.of(Duration.ofSeconds(1)));

        ChainRig.Request request = rig.begin(bills().with("Prefer", "wait=2"), Duration.ZERO);

        assertThat(request.invocation().timing().isShortened()).isFalse();
        assertThat(request.exchange().answerHeaders()).doesNotContainKey("preference-applied");
    }
}
