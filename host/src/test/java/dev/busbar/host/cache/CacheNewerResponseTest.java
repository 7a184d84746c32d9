package dev.busbar.host.cache;

import static dev.busbar.host.ChainRig.cacheStatus;
import static dev.busbar.host.ChainRig.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.ChainRig;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.CachePolicy;
import dev.busbar.plugin.Response;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The newest response of a handler and the one that is cached; the age of a response (RFC 9111 sections 4 and 4.2.3). */
final class CacheNewerResponseTest {
    private static final CachePolicy MINUTE = CachePolicy.of(Duration.ofSeconds(60));

    private final ChainRig rig = new ChainRig().policy(MINUTE);

    static Stream<Response> responsesThatAreNotStored() {
        return Stream.of(
                text(404, "gone"),
                text(410, "gone"),
                text(204, ""),
                text(403, "no"),
                text(200, "new", "Cache-Control", "max-age=0"),
                text(200, "new", "Cache-Control", "no-store"),
                text(200, "new", "Cache-Control", "no-cache"),
                text(200, "new", "Set-Cookie", "a=b"),
                text(200, "new", "Age", "90"),
                Response.stream("text/plain", out -> out.write('n')));
    }

    @ParameterizedTest
    @MethodSource("responsesThatAreNotStored")
    void a_newer_response_that_is_not_stored_removes_the_cached_one(Response newer) {
        rig.get();
        rig.handler(() -> newer);

        assertThat(cacheStatus(rig.get("Cache-Control", "no-cache"))).isEqualTo("busbar; fwd=request");

        assertThat(rig.get().status()).isEqualTo(newer.status());
        assertThat(rig.calls()).isEqualTo(3);
    }

    @ParameterizedTest
    @MethodSource("responsesThatAreNotStored")
    void a_revalidation_whose_response_is_not_stored_removes_the_stale_one(Response newer) {
        rig.policy(MINUTE.staleWhileRevalidate(Duration.ofSeconds(30)));
        rig.get();
        rig.pass(Duration.ofSeconds(65));
        rig.handler(() -> newer);

        assertThat(rig.get().text()).isEqualTo("answer 1");

        assertThat(rig.get().status()).isEqualTo(newer.status());
        assertThat(cacheStatus(rig.get())).isEqualTo("busbar; fwd=miss");
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 501, 502, 503, 504})
    void a_failure_leaves_the_cached_response(int status) {
        rig.get();
        rig.handler(() -> text(status, "failed"));

        assertThat(rig.get("Cache-Control", "no-cache").status()).isEqualTo(status);

        assertThat(rig.get().text()).isEqualTo("answer 1");
    }

    @Test
    void a_request_that_reaches_no_handler_leaves_the_cached_response() {
        rig.get();
        rig.workers(ChainRig.BUSY);

        assertThat(rig.get("Cache-Control", "no-cache").status()).isEqualTo(503);

        assertThat(rig.get().text()).isEqualTo("answer 1");
    }

    @Test
    void an_older_response_does_not_remove_a_newer_one() {
        rig.held();
        FakeExchange older = rig.get("Cache-Control", "no-cache");
        FakeExchange newer = rig.get("Cache-Control", "no-cache");
        rig.pass(Duration.ofSeconds(1));
        rig.respondToLast(text(200, "newer", "Age", "30"));
        rig.respond(text(404, "older"));

        assertThat(older.status()).isEqualTo(404);
        assertThat(newer.text()).isEqualTo("newer");
        assertThat(rig.get().text()).isEqualTo("newer");
    }

    @Test
    void a_generation_that_drains_does_not_remove_the_response_of_its_successor() {
        rig.policy(MINUTE.survivesSwap());
        rig.held();
        FakeExchange late = rig.get("Cache-Control", "no-cache");
        rig.swap();
        FakeExchange other = rig.get();
        rig.respondToLast(text(200, "of the successor"));
        rig.respond(text(404, "late"));

        assertThat(late.status()).isEqualTo(404);
        assertThat(other.text()).isEqualTo("of the successor");
        assertThat(rig.get().text()).isEqualTo("of the successor");
    }

    @ParameterizedTest
    @CsvSource({"30, 30, 29", "59, 59, 0", "0, 0, 59", "-5, 0, 59", "x, 0, 59", "'30, 7200', 30, 29", "30s, 30, 29"})
    void the_age_of_a_response_and_its_time_in_the_cache_add_up(String sent, int age, int remaining) {
        rig.handler(() -> text(200, "x", "Age", sent));
        FakeExchange first = rig.get();
        rig.pass(Duration.ofSeconds(remaining));
        FakeExchange hit = rig.get();

        assertThat(first.answerHeaders()).containsEntry("age", sent);
        assertThat(cacheStatus(hit)).isEqualTo("busbar; hit; ttl=1");
        assertThat(hit.answerHeaders()).containsEntry("age", Integer.toString(age + remaining));
        rig.pass(Duration.ofSeconds(1));
        assertThat(cacheStatus(rig.get())).isEqualTo("busbar; fwd=miss; stored");
    }

    @Test
    void the_age_of_a_response_counts_for_the_age_that_a_client_accepts_and_for_staleness() {
        rig.policy(MINUTE.staleIfError(Duration.ofSeconds(20)));
        rig.handler(() -> text(200, "x", "Age", "50"));
        rig.get();

        assertThat(cacheStatus(rig.get("Cache-Control", "max-age=50"))).isEqualTo("busbar; fwd=request; stored");
        assertThat(cacheStatus(rig.get("Cache-Control", "max-age=51"))).isEqualTo("busbar; hit; ttl=10");
        rig.handler(() -> text(500, "failed"));
        rig.pass(Duration.ofSeconds(29));
        assertThat(rig.get().status()).isEqualTo(200);
        rig.pass(Duration.ofSeconds(1));
        assertThat(rig.get().status()).isEqualTo(500);
    }

    @Test
    void a_handler_that_declares_no_lifetime_is_asked_each_time_unless_it_permits_a_stale_response() {
        rig.policy(MINUTE.staleWhileRevalidate(Duration.ofSeconds(30)).staleIfError(Duration.ofSeconds(30)));
        rig.handler(() -> text(200, "x", "Cache-Control", "max-age=0"));
        rig.get();
        assertThat(cacheStatus(rig.get())).startsWith("busbar; fwd=stale; stored");
        assertThat(rig.calls()).isEqualTo(2);

        rig.handler(() -> text(200, "x", "Cache-Control", "max-age=0, stale-while-revalidate=9"));
        rig.get();
        assertThat(cacheStatus(rig.get())).isEqualTo("busbar; fwd=stale; ttl=0");
    }
}
