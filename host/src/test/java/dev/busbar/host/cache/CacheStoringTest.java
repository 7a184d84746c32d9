package dev.busbar.host.cache;

import static dev.busbar.host.ChainRig.cacheStatus;
import static dev.busbar.host.ChainRig.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.ChainRig;
import dev.busbar.host.testing.Callers;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.CachePolicy;
import dev.busbar.plugin.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stored responses, their lifetimes, and the directives of clients (RFC 9111 sections 3, 4 and 5). */
final class CacheStoringTest {
    private static final CachePolicy MINUTE = CachePolicy.of(Duration.ofSeconds(60));

    private final ChainRig rig = new ChainRig().policy(MINUTE);

    @Test
    void a_fresh_response_is_served_with_its_age_and_without_the_handler() {
        FakeExchange first = rig.get();
        rig.pass(Duration.ofSeconds(20));
        FakeExchange second = rig.get();

        assertThat(cacheStatus(first)).isEqualTo("busbar; fwd=miss; stored");
        assertThat(cacheStatus(second)).isEqualTo("busbar; hit; ttl=40");
        assertThat(second.answerHeaders())
                .containsEntry("age", "20")
                .containsEntry("content-type", "text/plain; charset=utf-8");
        assertThat(second.text()).isEqualTo(first.text()).isEqualTo("answer 1");
        assertThat(rig.calls()).isEqualTo(1);
        assertThat(rig.counted("busbar.cache.requests", "result"))
                .containsEntry("miss", 1)
                .containsEntry("hit", 1);
    }

    @Test
    void a_response_that_is_no_longer_fresh_is_generated_again() {
        rig.get();
        rig.pass(Duration.ofSeconds(60));

        assertThat(rig.get().text()).isEqualTo("answer 2");
    }

    @Test
    void head_and_get_share_a_response() {
        FakeExchange head = rig.send("HEAD", ChainRig.BILLS);
        FakeExchange get = rig.get();

        assertThat(cacheStatus(head)).isEqualTo("busbar; fwd=miss; stored");
        assertThat(get.text()).isEqualTo("answer 1");
        assertThat(cacheStatus(rig.send("HEAD", ChainRig.BILLS))).startsWith("busbar; hit");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "404 | X-A | 1",
                "201 | X-A | 1",
                "206 | Content-Range | bytes 0-1/2",
                "200 | Cache-Control | no-store",
                "200 | Cache-Control | max-age=9, NO-STORE",
                "200 | Cache-Control | no-cache",
                "200 | Cache-Control | no-cache=\"set-cookie\"",
                "200 | Cache-Control | max-age=0",
                "200 | Cache-Control | max-age=x",
                "200 | Cache-Control | max-age=-1",
                "200 | Cache-Control | max-age",
                "200 | Cache-Control | max-age =1",
                "200 | Cache-Control | max-age= 1",
                "200 | Cache-Control | no-store =1",
                "200 | Age | 60",
                "200 | Age | 7200",
                "200 | Age | 99999999999999999999",
                "200 | Age | 7200, 0",
                "200 | Age | 7200a",
                "200 | Cache-Control | max-age=60, max-age=0",
                "200 | Cache-Control | s-maxage=0, max-age=60",
                "200 | Set-Cookie | a=b",
                "200 | Vary | *",
                "200 | Vary | X-Colour",
                "200 | Expires | 0",
            })
    void responses_that_must_not_be_stored_are_not(int status, String field, String value) {
        rig.handler(() -> text(status, "x", field, value));

        rig.get();
        FakeExchange second = rig.get();

        assertThat(cacheStatus(second)).isEqualTo("busbar; fwd=miss");
        assertThat(rig.calls()).isEqualTo(2);
    }

    @Test
    void a_private_response_is_stored_for_one_caller_only() {
        rig.handler(() -> text(200, "x", "Cache-Control", "private"));
        rig.get();
        assertThat(cacheStatus(rig.get())).startsWith("busbar; hit");

        rig.reading(route -> route.access(Access.PUBLIC).cache(MINUTE)).as(null);
        rig.get();
        assertThat(cacheStatus(rig.get())).isEqualTo("busbar; fwd=miss");

        rig.as(Callers.ANNA);
        rig.policy(MINUTE.shared());
        rig.get();
        assertThat(cacheStatus(rig.get())).isEqualTo("busbar; fwd=miss");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-age=10 | 9",
                "max-age=\"10\" | 9",
                "public, max-age=10 | 9",
                "max-age=999999999999999999999 | 59",
                "max-age=3600 | 59",
                "s-maxage=10, max-age=3600 | 9",
                "foo, =, ,;x=\",max-age=1\", unknown=3 | 59",
            })
    void a_response_may_shorten_its_lifetime_and_not_lengthen_it(String cacheControl, int seconds) {
        rig.handler(() -> text(200, "x", "Cache-Control", cacheControl));
        rig.get();

        rig.pass(Duration.ofSeconds(seconds));
        assertThat(cacheStatus(rig.get())).startsWith("busbar; hit");
        rig.pass(Duration.ofSeconds(1));
        assertThat(cacheStatus(rig.get())).startsWith("busbar; fwd=");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Cache-Control | no-cache | busbar; fwd=request; stored",
                "Cache-Control | max-age=0 | busbar; fwd=request; stored",
                "Cache-Control | max-age=19 | busbar; fwd=request; stored",
                "Cache-Control | max-age=21 | busbar; hit; ttl=40",
                "Cache-Control | min-fresh=41 | busbar; fwd=request; stored",
                "Cache-Control | min-fresh=40 | busbar; hit; ttl=40",
                "Cache-Control | no-store | busbar; fwd=bypass",
                "Cache-Control | only-if-cached | busbar; hit; ttl=40",
                "Cache-Control | max-stale | busbar; hit; ttl=40",
                "Cache-Control | max-age=x, min-fresh=-3, max-age=, foo=\" | busbar; hit; ttl=40",
                "Pragma | no-cache | busbar; fwd=request; stored",
                "Pragma | nothing | busbar; hit; ttl=40",
            })
    void a_client_may_ask_for_a_newer_response(String field, String value, String wanted) {
        rig.get();
        rig.pass(Duration.ofSeconds(20));

        assertThat(cacheStatus(rig.get(field, value))).isEqualTo(wanted);
    }

    @Test
    void no_store_bypasses_the_cache() {
        rig.get("Cache-Control", "no-store");

        assertThat(cacheStatus(rig.get())).isEqualTo("busbar; fwd=miss; stored");
        assertThat(rig.counted("busbar.cache.requests", "result")).containsEntry("bypass", 1);
    }

    @Test
    void only_if_cached_calls_no_handler() {
        FakeExchange exchange = rig.get("Cache-Control", "only-if-cached");

        assertThat(exchange.status()).isEqualTo(504);
        assertThat(exchange.problem()).isEqualTo("not-cached");
        assertThat(rig.calls()).isZero();
    }

    @Test
    void headers_of_one_response_are_not_served_to_others() {
        rig.handler(() -> text(
                200, "x", "RateLimit", "\"a\";r=1;t=1", "Age", "7", "Server-Timing", "x", "Content-Language", "de"));
        rig.get();

        assertThat(rig.get().answerHeaders())
                .containsEntry("age", "7")
                .containsEntry("content-language", "de")
                .doesNotContainKeys("ratelimit", "server-timing");
    }

    @Test
    void a_stored_body_does_not_change_with_the_array_of_its_handler() {
        byte[] shared = "right".getBytes(StandardCharsets.UTF_8);
        rig.handler(() -> Response.bytes("text/plain", shared));
        rig.get();
        shared[0] = 'f';

        assertThat(rig.get().text()).isEqualTo("right");
    }

    @Test
    void a_response_that_is_too_large_is_not_stored() {
        ChainRig small =
                new ChainRig().cache(new CacheSettings(true, 1 << 16, 1 << 10)).policy(MINUTE);
        small.handler(() -> text(200, "x".repeat(1025)));
        small.get();

        assertThat(cacheStatus(small.get())).isEqualTo("busbar; fwd=miss");
        small.handler(() -> text(200, "x".repeat(1024)));
        small.get();
        assertThat(cacheStatus(small.get())).startsWith("busbar; hit");
    }

    @Test
    void any_number_of_queries_uses_bounded_memory() {
        ChainRig small =
                new ChainRig().cache(new CacheSettings(true, 1 << 18, 1 << 14)).policy(MINUTE);
        small.handler(() -> text(200, "x".repeat(2_000)));

        for (int i = 0; i < 5_000; i++) {
            small.getAt("/api/billing/bills?noise=" + i);
        }

        assertThat(small.responses().bytes()).isPositive().isLessThanOrEqualTo(1 << 18);
    }

    @Test
    void a_disabled_cache_stores_nothing() {
        ChainRig off =
                new ChainRig().cache(new CacheSettings(false, 1 << 20, 1 << 12)).policy(MINUTE);
        off.get();
        off.get();

        assertThat(off.calls()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"65535, 1024", "65536, 1023", "65536, 32769", "-1, 1024"})
    void sizes_too_small_for_a_response_are_rejected(long max, int entry) {
        assertThatThrownBy(() -> new CacheSettings(true, max, entry))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: ");
    }

    @Test
    void a_cached_response_is_compressed_once() {
        String text = "{\"text\":\"" + "long ".repeat(1000) + "\"}";
        Response json = Response.bytes("application/json", text.getBytes(StandardCharsets.UTF_8));
        rig.handler(() -> json);

        FakeExchange first = rig.get("Accept-Encoding", "gzip");
        FakeExchange second = rig.get("Accept-Encoding", "gzip");
        FakeExchange plain = rig.get();

        assertThat(first.answerHeaders()).containsEntry("content-encoding", "gzip");
        assertThat(second.answerHeaders()).containsEntry("content-encoding", "gzip");
        assertThat(second.answerHeaders().get("etag"))
                .startsWith("W/")
                .endsWith(plain.answerHeaders().get("etag"));
        assertThat(plain.text()).isEqualTo(text);
        assertThat(rig.calls()).isEqualTo(1);
        assertThat(rig.get("If-None-Match", second.answerHeaders().get("etag")).status())
                .isEqualTo(304);
    }
}
