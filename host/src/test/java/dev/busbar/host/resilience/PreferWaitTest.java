package dev.busbar.host.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.testing.Bound;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.CachePolicy;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code Prefer: wait}. */
final class PreferWaitTest {
    private static final Route ROUTE =
            Route.get("/", request -> Response.noContent()).access(Access.PUBLIC);

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
        FakeExchange exchange = FakeExchange.get("/").with("Prefer", "wait=2");
        Invocation invocation = new Invocation(exchange, 0);
        invocation.endpoint(Bound.to(1, ROUTE), List.of());

        new PreferWaitInterceptor().intercept(invocation, passed -> {});

        assertThat(invocation.timing().allowed()).isEqualTo(Duration.ofSeconds(2));
        assertThat(invocation.reply().addedHeaders()).containsEntry("preference-applied", "wait=2");
    }

    @Test
    void a_route_with_cached_responses_ignores_the_preference() {
        FakeExchange exchange = FakeExchange.get("/").with("Prefer", "wait=2");
        Invocation invocation = new Invocation(exchange, 0);
        Route cached = ROUTE.cache(CachePolicy.of(Duration.ofSeconds(1)));
        invocation.endpoint(Bound.to(1, cached), List.of());

        new PreferWaitInterceptor().intercept(invocation, passed -> {});

        assertThat(invocation.timing().isShortened()).isFalse();
        assertThat(invocation.reply().addedHeaders()).doesNotContainKey("preference-applied");
    }
}
