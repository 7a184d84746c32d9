package dev.busbar.host.cache;

import static dev.busbar.host.ChainRig.cacheStatus;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.ChainRig;
import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.testing.Callers;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.CachePolicy;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cache keys: the requests that share a cached response (RFC 9111 sections 2, 3.5 and 4.1). */
final class CacheKeyTest {
    private static final CachePolicy MINUTE = CachePolicy.of(Duration.ofSeconds(60));

    private final ChainRig rig = new ChainRig().policy(MINUTE);

    @Test
    void a_response_to_one_caller_is_never_served_to_another() {
        rig.reading(route -> route.access(Access.PUBLIC).cache(MINUTE));
        rig.get();
        rig.as(Callers.BERT);
        assertThat(rig.get().text()).isEqualTo("answer 2");
        rig.as(null);
        assertThat(rig.get().text()).isEqualTo("answer 3");
        rig.as(Callers.ANNA);
        assertThat(rig.get().text()).isEqualTo("answer 1");
    }

    @Test
    void a_caller_whose_roles_or_permissions_change_gets_new_responses() {
        rig.get();
        rig.as(Callers.of("anna", Set.of("analyst"), Set.of("billing:read", "billing:write")));
        assertThat(rig.get().text()).isEqualTo("answer 2");
        rig.as(Callers.of("anna", Set.of("other"), Set.of("billing:read")));
        assertThat(rig.get().text()).isEqualTo("answer 3");
    }

    @Test
    void a_shared_response_is_served_to_all_callers() {
        rig.policy(MINUTE.shared());
        rig.get();
        rig.as(Callers.BERT);

        assertThat(cacheStatus(rig.get())).startsWith("busbar; hit");
    }

    @Test
    void a_response_depends_on_the_headers_that_the_route_declares() {
        rig.policy(MINUTE.vary("Accept-Language", "X-Unit"));

        assertThat(rig.get("accept-language", "de").answerHeaders()).containsEntry("vary", "accept-language, x-unit");
        assertThat(cacheStatus(rig.get("Accept-Language", "en"))).startsWith("busbar; fwd=miss");
        assertThat(cacheStatus(rig.get())).startsWith("busbar; fwd=miss");
        assertThat(cacheStatus(rig.get("ACCEPT-LANGUAGE", "de"))).startsWith("busbar; hit");
        assertThat(cacheStatus(rig.get("Accept-Language", "de", "Accept-Language", "en")))
                .startsWith("busbar; fwd=miss");
        assertThat(cacheStatus(rig.get("Accept-Language", "de,en"))).startsWith("busbar; fwd=miss");
    }

    @Test
    void an_empty_header_differs_from_an_absent_one() {
        rig.policy(MINUTE.vary("X-Unit").shared());
        rig.get("x-unit", "");

        assertThat(cacheStatus(rig.get())).startsWith("busbar; fwd=miss");
        assertThat(cacheStatus(rig.get("x-unit", ""))).startsWith("busbar; hit");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-Host",
                "X-Original-URL",
                "Accept-Encoding",
                "User-Agent",
                "X-Unit",
                "Cookie",
                "Range"
            })
    void a_header_that_no_handler_sees_makes_no_difference(String field) {
        rig.get(field, "evil");

        assertThat(cacheStatus(rig.get())).startsWith("busbar; hit");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/billing/bills?a=1&b=2 | /api/billing/bills?b=2&a=1 | false",
                "/api/billing/bills?a=1 | /api/billing/bills | false",
                "/api/billing/bills?a=%c3%a9 | /api/billing/bills?a=%C3%A9 | true",
                "/api/billing/bills?a=%4 | /api/billing/bills?a=%4 | true",
                "/api/billing/b%69lls | /api/billing/bills | true",
                "/api/billing/bills/ | /api/billing/bills | false",
                "/api/billing/bills | /api/other/bills | false",
            })
    void path_and_query_are_compared_after_normalization(String one, String other, boolean same) {
        rig.getAt(one);

        assertThat(cacheStatus(rig.getAt(other)).startsWith("busbar; hit")).isEqualTo(same);
    }

    @Test
    void keys_with_the_same_hash_are_ordered() {
        CacheKey one = key("/api/billing/bills?x=AaAa");
        CacheKey other = key("/api/billing/bills?x=BBBB");

        assertThat(one).hasSameHashCodeAs(other).isNotEqualTo(other);
        assertThat(one.compareTo(other)).isNegative();
    }

    private CacheKey key(String target) {
        Invocation invocation =
                rig.begin(FakeExchange.get(target), Duration.ZERO).invocation();
        RouteContract route = Endpoint.routed(invocation).route();
        return CacheKey.of(invocation, route, route.cache().orElseThrow(), "");
    }
}
