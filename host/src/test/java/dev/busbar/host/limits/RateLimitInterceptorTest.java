package dev.busbar.host.limits;

import static dev.busbar.host.limits.LimitedRequests.caller;
import static dev.busbar.host.limits.Policies.concurrency;
import static dev.busbar.host.limits.Policies.on;
import static dev.busbar.host.limits.Policies.quota;
import static dev.busbar.host.limits.Policies.rate;
import static dev.busbar.host.limits.Policies.shadow;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.busbar.host.limits.LimitSettings.By;
import dev.busbar.host.limits.LimitSettings.Kind;
import dev.busbar.host.limits.LimitSettings.Policy;
import dev.busbar.host.limits.LimitedRequests.Passing;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Rate limits: the requests that pass, the requests that are rejected, and the headers. */
final class RateLimitInterceptorTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final LimitedRequests requests = new LimitedRequests();

    private int passing(int many, LimitedRequests.Sending request) {
        int passed = 0;
        for (int i = 0; i < many; i++) {
            passed += request.passes() ? 1 : 0;
        }
        return passed;
    }

    @Test
    void a_rate_admits_its_limit_and_refills_evenly() {
        requests.policy("five", rate(5, MINUTE, By.PRINCIPAL));

        assertThat(passing(7, requests.from(caller("ada")))).isEqualTo(5);
        requests.pass(Duration.ofSeconds(11));
        assertThat(requests.from(caller("ada")).passes()).isFalse();
        requests.pass(Duration.ofSeconds(1));
        assertThat(passing(2, requests.from(caller("ada")))).isEqualTo(1);
        requests.pass(Duration.ofHours(1));
        assertThat(passing(7, requests.from(caller("ada")))).isEqualTo(5);
    }

    @Test
    void a_rate_has_no_window_boundary() {
        requests.policy("hundred", rate(100, MINUTE, By.PRINCIPAL));
        assertThat(requests.from(caller("ada")).passes()).isTrue();

        requests.pass(Duration.ofSeconds(59));
        int before = passing(200, requests.from(caller("ada")));
        requests.pass(Duration.ofSeconds(2));
        int after = passing(200, requests.from(caller("ada")));

        assertThat(before).isEqualTo(100);
        assertThat(after).isEqualTo(3);
    }

    @Test
    void a_burst_is_admitted_at_once_and_the_rate_after_it() {
        Policy policy = new Policy(Kind.RATE, 10, Optional.empty(), Optional.of(30L), By.PRINCIPAL, List.of(), true);
        requests.policy("burst", policy);

        assertThat(passing(40, requests.from(caller("ada")))).isEqualTo(30);
        requests.pass(Duration.ofSeconds(1));
        Passing next = requests.from(caller("ada")).send();

        assertThat(next.passed()).isTrue();
        assertThat(next.field("ratelimit-policy")).isEqualTo("\"burst\";q=10;w=1;burst=30");
        assertThat(next.field("ratelimit")).isEqualTo("\"burst\";r=9;t=1");
    }

    @Test
    void a_quota_is_refilled_at_the_end_of_its_window() {
        requests.policy("daily", quota(3, By.PRINCIPAL));

        assertThat(passing(5, requests.from(caller("ada")))).isEqualTo(3);
        requests.pass(Duration.ofHours(23));
        Passing late = requests.from(caller("ada")).send();
        requests.pass(Duration.ofHours(1));

        assertThat(late.passed()).isFalse();
        assertThat(late.field("Retry-After")).isEqualTo("3600");
        assertThat(late.field("ratelimit")).isEqualTo("\"daily\";r=0;t=3600");
        assertThat(passing(5, requests.from(caller("ada")))).isEqualTo(3);
    }

    @Test
    void requests_in_flight_are_counted_until_they_are_complete() {
        requests.policy("two", concurrency(2, By.PRINCIPAL));
        Passing first = requests.from(caller("ada")).begin();
        first.request().invocation().completion().retain();
        Passing second = requests.from(caller("ada")).begin();

        Passing third = requests.from(caller("ada")).send();
        first.end();
        boolean whileTheHandlerRuns = requests.from(caller("ada")).passes();
        first.request().invocation().completion().release();

        assertThat(third.passed()).isFalse();
        assertThat(third.field("Retry-After")).isEqualTo("1");
        assertThat(third.field("ratelimit-policy")).isEqualTo("\"two\";q=2;qu=\"concurrent-requests\"");
        assertThat(third.field("ratelimit")).isEqualTo("\"two\";r=0");
        assertThat(whileTheHandlerRuns).isFalse();
        assertThat(passing(3, requests.from(caller("ada")))).isEqualTo(3);
        second.end();
    }

    @Test
    void every_response_reports_the_remaining_quota() {
        requests.policy("five", rate(5, MINUTE, By.PRINCIPAL)).policy("daily", quota(100, By.PRINCIPAL));

        Passing first = requests.from(caller("ada")).send();
        requests.pass(Duration.ofSeconds(4));
        Passing second = requests.from(caller("ada")).send();

        assertThat(first.field("ratelimit-policy")).isEqualTo("\"daily\";q=100;w=86400, \"five\";q=5;w=60");
        assertThat(first.field("ratelimit")).isEqualTo("\"daily\";r=99;t=86400, \"five\";r=4;t=12");
        assertThat(second.field("ratelimit")).isEqualTo("\"daily\";r=98;t=86396, \"five\";r=3;t=8");
        assertThat(second.request().invocation().note("ratelimit")).isEqualTo("five");
    }

    @Test
    void a_rejection_is_a_problem_of_the_registered_type_and_names_the_policies() {
        requests.policy("five", rate(5, MINUTE, By.PRINCIPAL)).policy("daily", quota(5, By.PRINCIPAL));
        assertThat(passing(5, requests.from(caller("ada")))).isEqualTo(5);

        Passing rejected = requests.from(caller("ada")).send();

        assertThat(rejected.exchange().status()).isEqualTo(429);
        JsonNode problem = rejected.exchange().json();
        assertThat(problem.get("type").asText())
                .isEqualTo("https://iana.org/assignments/http-problem-types#quota-exceeded");
        assertThat(problem.get("violated-policies"))
                .extracting(JsonNode::asText)
                .containsExactly("daily", "five");
        assertThat(rejected.field("ratelimit")).isEqualTo("\"daily\";r=0;t=86400, \"five\";r=0;t=12");
        assertThat(rejected.field("Retry-After")).isEqualTo("86400");
        assertThat(rejected.request().invocation().note("ratelimit")).isEqualTo("daily refused");
    }

    @Test
    void a_rejected_request_takes_nothing_from_any_limit() {
        requests.policy("all", rate(100, MINUTE, By.PLATFORM))
                .policy("daily", quota(10, By.PRINCIPAL))
                .policy("under-way", concurrency(10, By.PRINCIPAL))
                .policy("five", rate(5, MINUTE, By.PRINCIPAL));

        assertThat(passing(50, requests.from(caller("ada")))).isEqualTo(5);
        Passing other = requests.from(caller("bob")).send();
        requests.pass(Duration.ofSeconds(12));
        Passing later = requests.from(caller("ada")).send();

        assertThat(other.field("ratelimit")).contains("\"all\";r=94");
        assertThat(later.field("ratelimit")).contains("\"daily\";r=4", "\"under-way\";r=9");
    }

    @Test
    void a_route_is_charged_its_cost_up_to_the_capacity() {
        requests.policy("ten", rate(10, MINUTE, By.PRINCIPAL));

        Passing seven = requests.from(caller("ada")).costing(7).send();
        Passing again = requests.from(caller("ada")).costing(7).send();
        boolean three = requests.from(caller("ada")).costing(3).passes();

        assertThat(seven.field("ratelimit")).isEqualTo("\"ten\";r=3;t=6");
        assertThat(again.passed()).isFalse();
        assertThat(again.field("ratelimit")).isEqualTo("\"ten\";r=3;t=24");
        assertThat(again.field("Retry-After")).isEqualTo("24");
        assertThat(three).isTrue();
        assertThat(requests.from(caller("bob")).costing(1_000).passes()).isTrue();
        assertThat(requests.from(caller("bob")).passes()).isFalse();
    }

    @Test
    void the_time_to_wait_is_rounded_up() {
        requests.policy("seven", rate(7, MINUTE, By.PRINCIPAL));
        assertThat(passing(7, requests.from(caller("ada")))).isEqualTo(7);

        Passing refused = requests.from(caller("ada")).send();

        assertThat(refused.field("Retry-After")).as("8.57 s").isEqualTo("9");
        requests.pass(Duration.ofSeconds(9));
        assertThat(requests.from(caller("ada")).passes()).isTrue();
    }

    @Test
    void a_shadow_policy_only_counts_what_it_would_have_rejected() {
        requests.policy("trial", shadow(rate(2, MINUTE, By.PRINCIPAL)))
                .policy("under-way", shadow(concurrency(1, By.KEY)));
        assertThat(passing(2, requests.from(caller("ada")))).isEqualTo(2);

        Passing third = requests.from(caller("ada")).send();

        assertThat(third.passed()).isTrue();
        assertThat(third.exchange().answerHeaders()).doesNotContainKeys("ratelimit", "ratelimit-policy");
        assertThat(third.request().invocation().note("ratelimit")).isEqualTo("trial shadow");
        assertThat(requests.counted("trial", "allowed")).isEqualTo(2);
        assertThat(requests.counted("trial", "shadow")).isEqualTo(1);
        assertThat(requests.counted("under-way", "allowed")).isEqualTo(3);
    }

    @Test
    void decisions_are_counted_by_policy() {
        requests.policy("five", rate(5, MINUTE, By.PRINCIPAL)).policy("wide", rate(50, MINUTE, By.PRINCIPAL));

        assertThat(passing(8, requests.from(caller("ada")))).isEqualTo(5);

        assertThat(requests.counted("five", "allowed")).isEqualTo(5);
        assertThat(requests.counted("five", "refused")).isEqualTo(3);
        assertThat(requests.counted("wide", "allowed")).isEqualTo(5);
        assertThat(requests.counted("wide", "refused")).isZero();
    }

    @Test
    void a_limit_on_a_platform_does_not_affect_others() {
        requests.policy("narrow", on(rate(1, MINUTE, By.PRINCIPAL), "turbo"));

        assertThat(passing(3, requests.from(caller("ada")))).isEqualTo(1);
        Passing other = requests.from(caller("ada")).to("glimpse").send();

        assertThat(other.passed()).isTrue();
        assertThat(other.exchange().answerHeaders()).doesNotContainKey("ratelimit");
    }

    @Test
    void a_limit_by_platform_is_shared_by_its_callers() {
        requests.policy("shared", rate(2, MINUTE, By.PLATFORM));

        assertThat(requests.from(caller("ada")).passes()).isTrue();
        assertThat(requests.from("203.0.113.7").passes()).isTrue();
        assertThat(requests.from(caller("bob")).passes()).isFalse();
        assertThat(requests.from(caller("bob")).to("glimpse").passes()).isTrue();
    }

    @Test
    void routes_of_the_host_are_limited_only_by_name_and_health_never() {
        requests.policy("plugins", rate(1, MINUTE, By.PRINCIPAL))
                .policy("own", on(rate(1, MINUTE, By.PRINCIPAL), "host"))
                .plan("default", "plugins")
                .plan("strict", "own");
        LimitedRequests.Sending usual = requests.from(caller("ada")).toHost("/admin/keys");
        LimitedRequests.Sending strict = requests.from(caller("bob", "k", "k", "strict"));

        assertThat(passing(3, usual)).isEqualTo(3);
        assertThat(passing(3, strict.toHost("/admin/keys"))).isEqualTo(1);
        assertThat(passing(3, strict.toHost("/health/ready"))).isEqualTo(3);
        assertThat(passing(3, strict.toHost("/metrics"))).isEqualTo(3);
    }

    @Test
    void a_key_has_the_policies_of_its_plan_or_of_the_default_plan() {
        requests.policy("slow", rate(1, MINUTE, By.KEY))
                .policy("fast", rate(3, MINUTE, By.KEY))
                .plan("gold", "fast");
        requests.plan("default", "slow").plan("free");

        assertThat(passing(5, requests.from(caller("ada", "a", "a", "")))).isEqualTo(1);
        assertThat(passing(5, requests.from(caller("ada", "b", "b", "gold")))).isEqualTo(3);
        assertThat(passing(5, requests.from(caller("ada", "c", "c", "free")))).isEqualTo(5);
        assertThat(passing(5, requests.from(caller("ada", "d", "d", "gone")))).isEqualTo(1);
        assertThat(passing(5, requests.from("203.0.113.7"))).isEqualTo(1);
    }

    @Test
    void a_rotated_key_shares_its_budget_and_another_key_of_its_owner_does_not() {
        requests.policy("key", rate(2, MINUTE, By.KEY));

        assertThat(passing(5, requests.from(caller("ada", "first", "first", ""))))
                .isEqualTo(2);
        assertThat(passing(5, requests.from(caller("ada", "second", "first", ""))))
                .isZero();
        assertThat(passing(5, requests.from(caller("ada", "other", "other", ""))))
                .isEqualTo(2);
    }

    @Test
    void a_principal_has_one_budget_for_all_keys_addresses_and_paths() {
        requests.policy("who", rate(2, MINUTE, By.PRINCIPAL));

        assertThat(passing(5, requests.from(caller("ada", "a", "a", "")))).isEqualTo(2);
        assertThat(passing(5, requests.from(caller("ada", "b", "b", "")))).isZero();
        assertThat(passing(5, requests.from(caller("ada", "b", "b", "")).at("/things/1?x=1")))
                .isZero();
    }

    @Test
    void an_anonymous_client_takes_nothing_from_a_principal_named_like_its_address() {
        requests.policy("who", rate(2, MINUTE, By.PRINCIPAL));

        assertThat(passing(5, requests.from("10.0.0.1"))).isEqualTo(2);
        assertThat(passing(5, requests.from(caller("10.0.0.1")))).isEqualTo(2);
    }

    @Test
    void addresses_of_one_network_share_a_budget() {
        requests.policy("where", rate(2, MINUTE, By.ADDRESS));

        assertThat(requests.from("2001:db8:1:2::1").passes()).isTrue();
        assertThat(requests.from("2001:db8:1:2:ffff::9").passes()).isTrue();
        assertThat(requests.from("2001:db8:1:2:0:0:0:3").passes()).isFalse();
        assertThat(requests.from("2001:db8:1:3::1").passes()).isTrue();
        assertThat(requests.from("fe80::1%eth0").passes()).isTrue();
        assertThat(requests.from("fe80::2%eth1").passes()).isTrue();
        assertThat(requests.from("fe80::3").passes()).isFalse();
        assertThat(requests.from("::1").passes()).isTrue();
        assertThat(requests.from("::2").passes()).isTrue();
        assertThat(requests.from("::3").passes()).isFalse();
        assertThat(passing(3, requests.from("203.0.113.7"))).isEqualTo(2);
        assertThat(requests.from("203.0.113.8").passes()).isTrue();
    }

    @Test
    void calls_of_platforms_without_an_address_are_counted_by_platform() {
        requests.policy("where", rate(2, MINUTE, By.ADDRESS));

        assertThat(passing(3, requests.from(caller("platform:insights")).via("")))
                .isEqualTo(2);
        assertThat(passing(3, requests.from(caller("platform:echoes")).via(""))).isEqualTo(2);
        assertThat(passing(3, requests.from(caller("platform:echoes")).via("10.0.0.1")))
                .isEqualTo(2);
    }
}
