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

/** Who shares an answer with whom (RFC 9111 sections 2, 3.5 and 4.1). */
final class CacheKeyTest {
    private static final CachePolicy MINUTE = CachePolicy.of(Duration.ofSeconds(60));

    private final ChainRig rig = new ChainRig().policy(MINUTE);

    @Test
    void an_answer_to_one_caller_is_never_given_to_another() {
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
    void a_caller_whose_roles_or_permissions_change_begins_anew() {
        rig.get();
        rig.as(Callers.of("anna", Set.of("analyst"), Set.of("billing:read", "billing:write")));
        assertThat(rig.get().text()).isEqualTo("answer 2");
        rig.as(Callers.of("anna", Set.of("other"), Set.of("billing:read")));
        assertThat(rig.get().text()).isEqualTo("answer 3");
    }

    @Test
    void what_is_the_same_for_all_is_shared() {
        rig.policy(MINUTE.shared());
        rig.get();
        rig.as(Callers.BERT);

        assertThat(cacheStatus(rig.get())).startsWith("busbar; hit");
    }

    @Test
    void an_answer_depends_on_the_fields_that_the_route_names() {
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
    void a_field_that_is_empty_is_not_one_that_was_not_sent() {
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
    void a_field_that_no_handler_sees_makes_no_difference(String field) {
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
    void path_and_query_are_compared_as_they_are_read(String one, String other, boolean same) {
        rig.getAt(one);

        assertThat(cacheStatus(rig.getAt(other)).startsWith("busbar; hit")).isEqualTo(same);
    }

    @Test
    void texts_made_to_have_one_hash_do_not_make_it_slow_to_find_one() {
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
