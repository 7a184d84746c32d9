package dev.busbar.host.content;

import static dev.busbar.host.ChainRig.cacheStatus;
import static dev.busbar.host.ChainRig.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.ChainRig;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.CachePolicy;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conditional requests (RFC 9110 section 13). */
final class ConditionalInterceptorTest {
    private static final String DATE = "Sun, 06 Nov 1994 08:49:37 GMT";

    private final ChainRig rig = new ChainRig().policy(CachePolicy.of(Duration.ofSeconds(60)));

    private void uncached() {
        rig.reading(route -> route.access(Access.READ));
    }

    @Test
    void a_cached_response_has_an_entity_tag_that_yields_304() {
        String tag = rig.get().answerHeaders().get("etag");

        FakeExchange again = rig.get("If-None-Match", tag);

        assertThat(tag).matches("\"[A-Za-z0-9_-]{22}\"");
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.text()).isEmpty();
        assertThat(again.answerHeaders())
                .containsEntry("etag", tag)
                .containsKeys("age", "cache-status")
                .doesNotContainKeys("content-type");
        assertThat(rig.counted("busbar.cache.requests", "result"))
                .containsEntry("revalidated", 1)
                .doesNotContainKey("hit");
    }

    @Test
    void a_new_response_is_compared_too_and_stored_complete() {
        rig.handler(() -> text(200, "x", "ETag", "\"1\""));

        assertThat(rig.get("If-None-Match", "\"1\"").status()).isEqualTo(304);
        assertThat(rig.get().text()).isEqualTo("x");
    }

    @Test
    void a_304_has_the_vary_of_the_response() {
        rig.handler(() -> text(200, "x".repeat(2000), "ETag", "\"1\""));

        FakeExchange whole = rig.get();
        FakeExchange same = rig.get("If-None-Match", "\"1\"");

        assertThat(same.status()).isEqualTo(304);
        assertThat(whole.answerHeaders().get("vary")).contains("accept-encoding");
        assertThat(same.answerHeaders().get("vary"))
                .isEqualTo(whole.answerHeaders().get("vary"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"a\" | 304 | \"a\"",
                "W/\"a\" | 304 | W/\"a\"",
                "* | 304 | \"a\"",
                "\"x\", \"a,\" , W/\"a\" | 304 | W/\"a\"",
                "\"x\" | 200 | \"a\"",
                "a | 200 | \"a\"",
                "\"a | 200 | \"a\"",
                "\"A\" | 200 | \"a\"",
                "\"aa\", \"\" | 200 | \"a\"",
            })
    void tags_are_compared_weakly(String asked, int status, String tag) {
        uncached();
        rig.handler(() -> text(200, "x", "ETag", "\"a\""));

        FakeExchange exchange = rig.get("If-None-Match", asked);

        assertThat(exchange.status()).isEqualTo(status);
        assertThat(exchange.answerHeaders()).containsEntry("etag", tag);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sun, 06 Nov 1994 08:49:37 GMT | 304",
                "Sun, 06 Nov 1994 08:49:38 GMT | 304",
                "Sun, 06 Nov 1994 08:49:36 GMT | 200",
                "Sunday, 06-Nov-94 08:49:37 GMT | 304",
                "Sun Nov  6 08:49:37 1994 | 304",
                "yesterday | 200",
                "Sun, 06 Nov 1994 08:49:37 | 200",
                "'' | 200",
            })
    void times_are_compared_without_an_entity_tag(String since, int status) {
        uncached();
        rig.handler(() -> text(200, "x", "Last-Modified", DATE));

        assertThat(rig.get("If-Modified-Since", since).status()).isEqualTo(status);
    }

    @Test
    void a_tag_that_does_not_match_outweighs_the_time() {
        uncached();
        rig.handler(() -> text(200, "x", "ETag", "\"a\"", "Last-Modified", DATE));

        assertThat(rig.get("If-None-Match", "\"b\"", "If-Modified-Since", DATE).status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 404, 500})
    void only_a_200_becomes_a_304(int status) {
        uncached();
        rig.handler(() -> text(status, "x", "ETag", "\"a\""));

        assertThat(rig.get("If-None-Match", "*").status()).isEqualTo(status);
    }

    @Test
    void only_get_and_head_get_a_304() {
        uncached();
        rig.handler(() -> text(200, "x", "ETag", "\"a\""));

        assertThat(rig.send("HEAD", "/api/billing/bills", "If-None-Match", "\"a\"")
                        .status())
                .isEqualTo(304);
        assertThat(rig.send("POST", "/api/billing/bills", "If-None-Match", "\"a\"")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void a_route_without_a_cache_policy_gets_no_entity_tag() {
        uncached();

        FakeExchange exchange = rig.get();

        assertThat(exchange.answerHeaders()).doesNotContainKey("etag");
        assertThat(cacheStatus(exchange)).isEmpty();
    }

    @Test
    void a_date_that_is_none_is_ignored_even_where_the_response_has_the_same() {
        rig.handler(() -> text(200, "x", "Last-Modified", "yesterday"));

        assertThat(rig.get("If-Modified-Since", "yesterday").status()).isEqualTo(200);
        assertThat(rig.get("If-Unmodified-Since", "yesterday").status()).isEqualTo(200);
        assertThat(rig.get("If-Unmodified-Since", DATE).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "If-Match | \"a\" | 200",
                "If-Match | \"x\", \"a\" | 200",
                "If-Match | * | 200",
                "If-Match | \"x\" | 412",
                "If-Match | W/\"a\" | 412",
                "If-Match | a | 412",
                "If-Unmodified-Since | Sun, 06 Nov 1994 08:49:37 GMT | 200",
                "If-Unmodified-Since | Sun, 06 Nov 1994 08:49:36 GMT | 412",
                "If-Unmodified-Since | Thu, 01 Jan 1970 00:00:00 GMT | 412",
                "If-Unmodified-Since | yesterday | 200",
            })
    void a_precondition_that_a_cached_handler_cannot_see_is_checked(String name, String value, int status)
            throws Exception {
        rig.handler(() -> text(200, "x", "ETag", "\"a\"", "Last-Modified", DATE));

        for (int i = 0; i < 2; i++) {
            FakeExchange exchange = rig.get(name, value);

            assertThat(exchange.status()).isEqualTo(status);
            if (status == 412) {
                assertThat(exchange.problem()).isEqualTo("precondition-failed");
                assertThat(exchange.answerHeaders())
                        .containsEntry("content-type", "application/problem+json")
                        .containsEntry("cache-control", "no-store")
                        .containsKey("cache-status")
                        .doesNotContainKeys("etag", "last-modified", "age");
            }
        }
        assertThat(rig.calls()).isEqualTo(1);
    }

    @Test
    void a_weak_tag_of_the_response_meets_no_precondition() {
        rig.handler(() -> text(200, "x", "ETag", "W/\"a\""));

        assertThat(rig.get("If-Match", "W/\"a\"").status()).isEqualTo(412);
        assertThat(rig.get("If-Match", "\"a\"").status()).isEqualTo(412);
        assertThat(rig.get("If-Match", "*").status()).isEqualTo(200);
    }

    @Test
    void preconditions_come_before_the_question_for_a_change_and_the_tag_before_the_time() {
        rig.handler(() -> text(200, "x", "ETag", "\"a\"", "Last-Modified", DATE));

        assertThat(rig.get("If-Match", "\"x\"", "If-None-Match", "\"a\"").status())
                .isEqualTo(412);
        assertThat(rig.get("If-Match", "\"a\"", "If-None-Match", "\"a\"").status())
                .isEqualTo(304);
        assertThat(rig.get("If-Match", "\"a\"", "If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void preconditions_are_left_to_a_handler_that_sees_them_and_to_errors() {
        rig.handler(() -> text(404, "x"));
        assertThat(rig.get("If-Match", "\"x\"").status()).isEqualTo(404);
        uncached();
        rig.handler(() -> text(200, "x", "ETag", "\"a\""));
        assertThat(rig.get("If-Match", "\"x\"").status()).isEqualTo(200);
    }
}
