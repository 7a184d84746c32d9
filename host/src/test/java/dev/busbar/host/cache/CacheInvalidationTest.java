package dev.busbar.host.cache;

import static dev.busbar.host.ChainRig.cacheStatus;
import static dev.busbar.host.ChainRig.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.ChainRig;
import dev.busbar.host.routing.Workers;
import dev.busbar.host.testing.Callers;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.CachePolicy;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Invalidation of cached responses: by changes (RFC 9111 section 4.4), by maintainers, by another generation. */
final class CacheInvalidationTest {
    private static final CachePolicy MINUTE = CachePolicy.of(Duration.ofSeconds(60));
    private static final String BILLS = "/api/billing/bills";

    private final ChainRig rig = new ChainRig().policy(MINUTE);

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 204, 303, 500, 503, 504})
    void a_change_invalidates_the_cached_responses_of_its_path(int status) {
        rig.getAt(BILLS + "?page=2");
        rig.as(Callers.BERT);
        rig.get();

        rig.write(BILLS, text(status, ""));

        assertThat(cacheStatus(rig.get())).startsWith("busbar; fwd=miss");
        rig.as(Callers.ANNA);
        assertThat(cacheStatus(rig.getAt(BILLS + "?page=2"))).startsWith("busbar; fwd=miss");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404, 409, 422})
    void a_rejected_change_invalidates_nothing(int status) {
        rig.get();

        rig.write(BILLS, text(status, ""));

        assertThat(cacheStatus(rig.get())).startsWith("busbar; hit");
    }

    @Test
    void a_change_that_reached_no_handler_invalidates_nothing() {
        rig.get();

        rig.workers(ChainRig.BUSY);
        assertThat(rig.write(BILLS, text(200, "")).status()).isEqualTo(503);

        assertThat(cacheStatus(rig.get())).startsWith("busbar; hit");
    }

    @Test
    void a_change_of_another_path_invalidates_nothing() {
        rig.get();

        rig.write(BILLS + "/7", text(200, ""));

        assertThat(cacheStatus(rig.get())).startsWith("busbar; hit");
    }

    @ParameterizedTest
    @CsvSource({
        "location, /api/billing/bills/7, false",
        "content-location, /api/billing/bills/7, false",
        "location, http://busbar.example/api/billing/bills/7, false",
        "location, http://evil.example/api/billing/bills/7, true",
        "location, :::, true",
        "location, /api/billing/../billing/bills/7, false",
        "location, bills/7, false",
        "location, ./bills/7?x#y, false",
        "location, ../billing/bills/7, false",
        "location, bills/8, true",
        "location, 7, true",
        "location, //busbar.example/api/billing/bills/7, false",
        "location, //evil.example/api/billing/bills/7, true",
        "location, mailto:bills/7, true",
    })
    void paths_that_the_response_names_are_invalidated_too(String field, String value, boolean cached) {
        rig.getAt(BILLS + "/7");

        rig.write(BILLS, text(201, "", field, value));

        assertThat(cacheStatus(rig.getAt(BILLS + "/7")).startsWith("busbar; hit"))
                .isEqualTo(cached);
    }

    @Test
    void an_absolute_location_is_invalidated_whatever_the_path_of_the_request_is() {
        rig.getAt(BILLS + "/7");

        rig.write(BILLS + "/a|b", text(201, "", "location", BILLS + "/7"));

        assertThat(cacheStatus(rig.getAt(BILLS + "/7"))).startsWith("busbar; fwd=");
    }

    @Test
    void a_change_invalidates_responses_with_one_of_its_tags() {
        rig.policy(MINUTE.tags("totals", "other"));
        rig.getAt(BILLS + "/totals");

        rig.write(BILLS + "/7", route -> route.invalidates("unrelated"), text(200, ""));
        assertThat(cacheStatus(rig.getAt(BILLS + "/totals"))).startsWith("busbar; hit");
        rig.write(BILLS + "/7", route -> route.invalidates("totals"), text(200, ""));

        assertThat(cacheStatus(rig.getAt(BILLS + "/totals"))).startsWith("busbar; fwd=miss");
    }

    @Test
    void a_pure_post_invalidates_nothing() {
        rig.get();

        rig.write(BILLS, Route::pure, text(200, ""));

        assertThat(cacheStatus(rig.get())).startsWith("busbar; hit");
    }

    @Test
    void a_response_generated_before_a_change_and_sent_after_it_is_not_served() {
        rig.held();
        FakeExchange reader = rig.get();
        rig.write(BILLS, text(200, ""));

        rig.respond(text(200, "old"));
        rig.workers(Workers.INLINE);

        assertThat(reader.text()).isEqualTo("old");
        assertThat(rig.get().text()).isNotEqualTo("old");
    }

    @Test
    void a_response_of_another_generation_is_not_served() {
        rig.get();
        rig.swap();
        assertThat(rig.get().text()).isEqualTo("answer 2");

        rig.policy(MINUTE.survivesSwap());
        rig.get();
        rig.swap();
        assertThat(cacheStatus(rig.get())).startsWith("busbar; hit");
    }

    @Test
    void a_response_that_survives_a_swap_is_served_on_equal_terms_only() {
        rig.policy(MINUTE.survivesSwap().vary("X-Unit"));
        rig.get("X-Unit", "m");
        rig.swap();

        rig.policy(MINUTE.survivesSwap().vary("Accept-Language"));
        assertThat(cacheStatus(rig.get("Accept-Language", "m"))).startsWith("busbar; fwd=miss");
        rig.policy(CachePolicy.of(Duration.ofSeconds(1)).survivesSwap().vary("X-Unit"));
        assertThat(cacheStatus(rig.get("X-Unit", "m"))).startsWith("busbar; fwd=miss");
        rig.policy(CachePolicy.of(Duration.ofSeconds(60)).survivesSwap().vary("X-Unit"));
        assertThat(cacheStatus(rig.get("X-Unit", "m"))).startsWith("busbar; hit");
    }

    @Test
    void a_response_of_a_draining_generation_is_not_stored() {
        rig.policy(MINUTE.survivesSwap());
        rig.held();
        FakeExchange reader = rig.get();
        rig.swap();

        rig.respond(text(200, "old"));
        rig.workers(Workers.INLINE);

        assertThat(cacheStatus(reader)).isEqualTo("busbar; fwd=miss");
        assertThat(cacheStatus(rig.get())).isEqualTo("busbar; fwd=miss; stored");
    }

    @ParameterizedTest
    @CsvSource({
        "billing, , , true",
        "other, , , false",
        ", /api/billing, , true",
        ", /api/billing/, , true",
        ", /api/billing/bills, , true",
        ", /api/billing/bill, , false",
        ", /api/bill, , false",
        ", , totals, true",
        ", , total, false",
        "billing, /api/billing, totals, true",
        "billing, /api/other, totals, false",
    })
    void a_purge_removes_the_entries_that_match(String platform, String prefix, String tag, boolean gone) {
        rig.policy(MINUTE.tags("totals"));
        rig.get();

        int purged = rig.responses()
                .purge(new ResponseCache.Purge(
                        Optional.ofNullable(platform), Optional.ofNullable(prefix), Optional.ofNullable(tag)));

        assertThat(purged).isEqualTo(gone ? 1 : 0);
        assertThat(cacheStatus(rig.get()).startsWith("busbar; fwd=miss")).isEqualTo(gone);
    }

    @Test
    void a_response_generated_before_a_purge_and_sent_after_it_is_not_stored() {
        rig.held();
        rig.get();
        rig.responses().purge(new ResponseCache.Purge(Optional.of("billing"), Optional.empty(), Optional.empty()));
        rig.respond(Response.text("old"));
        rig.workers(Workers.INLINE);

        assertThat(cacheStatus(rig.get())).startsWith("busbar; fwd=miss");
    }
}
