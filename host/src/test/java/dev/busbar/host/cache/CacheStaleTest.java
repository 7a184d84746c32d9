package dev.busbar.host.cache;

import static dev.busbar.host.ChainRig.cacheStatus;
import static dev.busbar.host.ChainRig.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.ChainRig;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.CachePolicy;
import dev.busbar.plugin.ProblemException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stale responses, and followers of a single flight (RFC 5861, RFC 9111 sections 4 and 4.2.4). */
final class CacheStaleTest {
    private static final CachePolicy MINUTE = CachePolicy.of(Duration.ofSeconds(60));
    private static final String BILLS = "/api/billing/bills";

    private final ChainRig rig = new ChainRig().policy(MINUTE);

    private void staleWith(CachePolicy policy) {
        rig.policy(policy);
        rig.get();
        rig.pass(Duration.ofSeconds(65));
    }

    @Test
    void a_stale_response_is_served_at_once_while_one_call_revalidates_it() {
        staleWith(MINUTE.staleWhileRevalidate(Duration.ofSeconds(30)));
        rig.held();

        FakeExchange first = rig.get();
        FakeExchange second = rig.get();
        assertThat(first.text()).isEqualTo("answer 1");
        assertThat(cacheStatus(first)).isEqualTo("busbar; fwd=stale; ttl=-5");
        assertThat(second.text()).isEqualTo("answer 1");
        assertThat(rig.calls()).isEqualTo(2);
        rig.respond(text(200, "new"));

        assertThat(rig.get().text()).isEqualTo("new");
        assertThat(rig.cacheInterceptor().flights()).isZero();
        assertThat(rig.counted("busbar.cache.requests", "result"))
                .containsEntry("stale", 2)
                .containsEntry("hit", 1);
    }

    @Test
    void a_failed_revalidation_leaves_the_stale_response_and_is_retried() {
        staleWith(MINUTE.staleWhileRevalidate(Duration.ofSeconds(30)));
        rig.handler(() -> text(500, "failed"));
        rig.get();

        assertThat(rig.get().text()).isEqualTo("answer 1");
        assertThat(rig.calls()).isEqualTo(3);
        assertThat(rig.cacheInterceptor().flights()).isZero();
    }

    @Test
    void the_lease_of_a_request_is_held_until_its_revalidation_ends() {
        staleWith(MINUTE.staleWhileRevalidate(Duration.ofSeconds(30)));
        rig.held();
        rig.get();
        assertThat(rig.completed()).isEqualTo(1);

        rig.respond(text(200, "new"));

        assertThat(rig.completed()).isEqualTo(2);
    }

    @Test
    void beyond_the_window_the_handler_is_called_first() {
        rig.policy(MINUTE.staleWhileRevalidate(Duration.ofSeconds(30)));
        rig.get();
        rig.pass(Duration.ofSeconds(90));

        assertThat(rig.get().text()).isEqualTo("answer 2");
    }

    @Test
    void a_client_may_accept_stale_responses() {
        staleWith(MINUTE.staleIfError(Duration.ofMinutes(5)));

        assertThat(cacheStatus(rig.get("Cache-Control", "max-stale=5"))).isEqualTo("busbar; hit; ttl=-5");
        assertThat(cacheStatus(rig.get("Cache-Control", "max-stale=4"))).isEqualTo("busbar; fwd=stale; stored");
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504})
    void a_stale_response_replaces_an_error(int status) {
        staleWith(MINUTE.staleIfError(Duration.ofMinutes(5)));
        rig.handler(() -> {
            throw ProblemException.of(status, "platform-failed", "Platform failed", "no")
                    .withHeader("Retry-After", "1");
        });

        FakeExchange replaced = rig.get();

        assertThat(replaced.status()).isEqualTo(200);
        assertThat(replaced.text()).isEqualTo("answer 1");
        assertThat(cacheStatus(replaced)).isEqualTo("busbar; fwd=stale; fwd-status=" + status + "; ttl=-5");
        assertThat(replaced.answerHeaders())
                .containsEntry("age", "65")
                .containsEntry("content-type", "text/plain; charset=utf-8")
                .doesNotContainKeys("retry-after", "warning", "cache-control");
    }

    @Test
    void a_stale_response_replaces_errors_until_its_time_is_over_and_never_without_one() {
        rig.policy(MINUTE.staleIfError(Duration.ofMinutes(5)));
        rig.get();
        rig.handler(() -> text(500, "failed"));

        rig.pass(Duration.ofMinutes(6).minusNanos(1));
        assertThat(rig.get().status()).isEqualTo(200);
        rig.pass(Duration.ofNanos(1));
        assertThat(rig.get().status()).isEqualTo(500);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 409, 501})
    void other_statuses_are_not_replaced(int status) {
        staleWith(MINUTE.staleIfError(Duration.ofMinutes(5)));
        rig.handler(() -> text(status, "failed"));

        assertThat(rig.get().status()).isEqualTo(status);
    }

    @Test
    void a_stale_response_that_is_too_old_for_the_client_replaces_no_error() {
        staleWith(MINUTE.staleIfError(Duration.ofMinutes(5)));
        rig.handler(() -> text(500, "failed"));

        assertThat(rig.get("Cache-Control", "max-age=65").status()).isEqualTo(500);
        assertThat(rig.get("Cache-Control", "max-age=66").status()).isEqualTo(200);
    }

    @Test
    void a_response_that_is_invalidated_while_the_handler_runs_replaces_no_error() {
        staleWith(MINUTE.staleIfError(Duration.ofMinutes(5)));
        rig.held();
        FakeExchange waiting = rig.get();
        rig.write(BILLS, text(200, ""));

        rig.respond(text(500, "failed"));

        assertThat(waiting.status()).isEqualTo(500);
    }

    @Test
    void a_handler_with_just_enough_time_has_its_response_stored() {
        assertThat(cacheStatus(rig.get("Prefer", "wait=1"))).isEqualTo("busbar; fwd=miss; stored");
    }

    @Test
    void no_expired_or_invalidated_response_replaces_an_error() {
        rig.policy(MINUTE.staleIfError(Duration.ofSeconds(10)));
        rig.get();
        rig.pass(Duration.ofSeconds(65));
        rig.write(BILLS, text(200, ""));
        rig.handler(() -> text(500, "failed"));
        assertThat(rig.get().status()).isEqualTo(500);

        rig.handler(() -> text(200, "again"));
        rig.get();
        rig.pass(Duration.ofSeconds(70));
        rig.handler(() -> text(500, "failed"));
        assertThat(rig.get().status()).isEqualTo(500);
    }

    @ParameterizedTest
    @ValueSource(strings = {"must-revalidate", "proxy-revalidate", "s-maxage=60", "stale-if-error=0"})
    void a_response_may_forbid_that_it_is_served_stale(String cacheControl) {
        rig.handler(() -> text(200, "x", "Cache-Control", cacheControl));
        staleWith(MINUTE.staleIfError(Duration.ofMinutes(5)));
        rig.handler(() -> text(503, "failed"));

        assertThat(rig.get().status()).isEqualTo(503);
    }

    @Test
    void identical_concurrent_requests_call_the_handler_once() {
        rig.held();
        FakeExchange first = rig.get();
        FakeExchange second = rig.get();
        FakeExchange other = rig.getAt(BILLS + "?page=2");
        assertThat(rig.cacheInterceptor().parked()).isEqualTo(1);
        assertThat(rig.calls()).isEqualTo(2);

        rig.respond(text(200, "one"));

        assertThat(first.text()).isEqualTo("one");
        assertThat(second.text()).isEqualTo("one");
        assertThat(cacheStatus(second)).isEqualTo("busbar; fwd=miss; collapsed; ttl=60");
        assertThat(other.answers()).isZero();
        assertThat(rig.counted("busbar.cache.requests", "result")).containsEntry("collapsed", 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-store", "max-age=0"})
    void followers_of_a_response_that_may_not_be_stored_call_the_handler(String cacheControl) {
        rig.held();
        rig.get();
        FakeExchange second = rig.get();
        FakeExchange third = rig.get();

        rig.respond(text(200, "one", "Cache-Control", cacheControl));
        assertThat(rig.calls()).isEqualTo(3);
        rig.respond(text(200, "two", "Cache-Control", cacheControl));
        rig.respond(text(200, "three", "Cache-Control", cacheControl));

        assertThat(second.text()).isEqualTo("two");
        assertThat(third.text()).isEqualTo("three");
    }

    @Test
    void followers_of_a_failure_get_the_stale_response_too() {
        staleWith(MINUTE.staleIfError(Duration.ofMinutes(5)));
        rig.held();
        rig.get();
        FakeExchange second = rig.get();

        rig.respond(text(500, "failed"));

        assertThat(second.text()).isEqualTo("answer 1");
        assertThat(rig.calls()).isEqualTo(2);
    }

    @Test
    void a_follower_past_its_deadline_gets_504_and_the_others_wait_on() {
        rig.held();
        rig.get();
        FakeExchange late = rig.send(FakeExchange.get(BILLS), Duration.ofHours(1));
        FakeExchange patient = rig.get();

        rig.tick();

        assertThat(late.status()).isEqualTo(504);
        assertThat(late.problem()).isEqualTo("platform-timeout");
        assertThat(patient.answers()).isZero();
        rig.respond(text(200, "one"));
        assertThat(patient.text()).isEqualTo("one");
        assertThat(late.answers()).isEqualTo(1);
    }

    @Test
    void followers_call_the_handler_after_an_invalidation() {
        rig.held();
        rig.get();
        FakeExchange second = rig.get();
        rig.write(BILLS, text(200, ""));

        rig.respond(text(200, "old"));
        rig.respond(text(200, "new"));

        assertThat(second.text()).isEqualTo("new");
    }
}
