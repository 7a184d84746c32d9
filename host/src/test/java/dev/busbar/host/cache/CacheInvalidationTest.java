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
    void a_change_takes_back_what_was_kept_of_its_path(int status) {
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
    void a_change_that_was_refused_takes_nothing_back(int status) {
        rig.get();

        rig.write(BILLS, text(status, ""));

        assertThat(cacheStatus(rig.get())).startsWith("busbar; hit");
    }

    @Test
    void a_change_that_no_handler_was_asked_for_takes_nothing_back() {
        rig.get();

        rig.workers(ChainRig.BUSY);
        assertThat(rig.write(BILLS, text(200, "")).status()).isEqualTo(503);

        assertThat(cacheStatus(rig.get())).startsWith("busbar; hit");
    }

    @Test
    void a_change_elsewhere_takes_nothing_back() {
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
        "location, /api/billing/../billing/bills/7, true",
    })
    void what_the_answer_names_is_taken_back_too(String field, String value, boolean kept) {
        rig.getAt(BILLS + "/7");

        rig.write(BILLS, text(201, "", field, value));

        assertThat(cacheStatus(rig.getAt(BILLS + "/7")).startsWith("busbar; hit"))
                .isEqualTo(kept);
    }

    @Test
    void a_change_takes_back_what_has_one_of_its_tags() {
        rig.policy(MINUTE.tags("totals", "other"));
        rig.getAt(BILLS + "/totals");

        rig.write(BILLS + "/7", route -> route.invalidates("unrelated"), text(200, ""));
        assertThat(cacheStatus(rig.getAt(BILLS + "/totals"))).startsWith("busbar; hit");
        rig.write(BILLS + "/7", route -> route.invalidates("totals"), text(200, ""));

        assertThat(cacheStatus(rig.getAt(BILLS + "/totals"))).startsWith("busbar; fwd=miss");
    }

    @Test
    void a_post_that_only_computes_takes_nothing_back() {
        rig.get();

        rig.write(BILLS, Route::pure, text(200, ""));

        assertThat(cacheStatus(rig.get())).startsWith("busbar; hit");
    }

    @Test
    void an_answer_made_before_a_change_and_sent_after_it_is_not_given_out() {
        rig.held();
        FakeExchange reader = rig.get();
        rig.write(BILLS, text(200, ""));

        rig.respond(text(200, "old"));
        rig.workers(Workers.INLINE);

        assertThat(reader.text()).isEqualTo("old");
        assertThat(rig.get().text()).isNotEqualTo("old");
    }

    @Test
    void an_answer_of_another_generation_is_not_given_out() {
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
    void what_a_generation_answers_that_is_on_its_way_out_is_not_kept() {
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
    void a_maintainer_takes_out_what_matches(String platform, String prefix, String tag, boolean gone) {
        rig.policy(MINUTE.tags("totals"));
        rig.get();

        int purged = rig.responses()
                .purge(new ResponseCache.Purge(
                        Optional.ofNullable(platform), Optional.ofNullable(prefix), Optional.ofNullable(tag)));

        assertThat(purged).isEqualTo(gone ? 1 : 0);
        assertThat(cacheStatus(rig.get()).startsWith("busbar; fwd=miss")).isEqualTo(gone);
    }

    @Test
    void an_answer_made_before_a_purge_and_sent_after_it_is_not_kept() {
        rig.held();
        rig.get();
        rig.responses().purge(new ResponseCache.Purge(Optional.of("billing"), Optional.empty(), Optional.empty()));
        rig.respond(Response.text("old"));
        rig.workers(Workers.INLINE);

        assertThat(cacheStatus(rig.get())).startsWith("busbar; fwd=miss");
    }
}
