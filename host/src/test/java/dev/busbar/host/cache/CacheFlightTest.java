package dev.busbar.host.cache;

import static dev.busbar.host.ChainRig.BILLS;
import static dev.busbar.host.ChainRig.BUSY;
import static dev.busbar.host.ChainRig.cacheStatus;
import static dev.busbar.host.ChainRig.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.ChainRig;
import dev.busbar.host.entry.Generation;
import dev.busbar.host.routing.Workers;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.CachePolicy;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Single flights while a platform is swapped: a flight belongs to one generation. */
final class CacheFlightTest {
    private static final CachePolicy MINUTE = CachePolicy.of(Duration.ofSeconds(60));

    private final ChainRig rig = new ChainRig().policy(MINUTE);

    @Test
    void followers_get_the_response_of_a_leader_whose_generation_drains() {
        Generation old = rig.swap();
        rig.held();
        rig.get();
        FakeExchange second = rig.get();
        FakeExchange third = rig.get();
        rig.swap();
        rig.workers(BUSY);

        rig.respond(text(200, "one"));

        assertThat(second.text()).isEqualTo("one");
        assertThat(cacheStatus(second)).isEqualTo("busbar; fwd=miss; collapsed; ttl=60");
        assertThat(third.text()).isEqualTo("one");
        assertThat(rig.calls()).isEqualTo(1);
        assertThat(old.isClosed()).isTrue();
    }

    @Test
    void followers_call_their_own_generation_if_the_response_may_not_be_shared() {
        Generation old = rig.swap();
        rig.held();
        rig.get();
        FakeExchange second = rig.get();
        rig.swap();

        rig.respond(text(200, "one", "Cache-Control", "no-store"));
        assertThat(old.isClosed()).isFalse();
        rig.respond(text(200, "two", "Cache-Control", "no-store"));

        assertThat(second.text()).isEqualTo("two");
        assertThat(old.isClosed()).isTrue();
    }

    @Test
    void followers_do_not_get_a_response_that_was_invalidated_after_the_swap() {
        rig.held();
        rig.get();
        FakeExchange second = rig.get();
        rig.swap();
        rig.write(BILLS, text(200, ""));

        rig.respond(text(200, "before"));
        rig.respond(text(200, "after"));

        assertThat(second.text()).isEqualTo("after");
    }

    @Test
    void followers_do_not_get_a_response_that_was_purged() {
        rig.held();
        rig.get();
        FakeExchange second = rig.get();
        rig.swap();
        rig.responses().purge(new ResponseCache.Purge(Optional.of("billing"), Optional.empty(), Optional.empty()));

        rig.respond(text(200, "before"));
        rig.respond(text(200, "after"));

        assertThat(second.text()).isEqualTo("after");
    }

    @Test
    void a_request_after_a_swap_does_not_wait_for_a_call_of_the_old_generation() {
        rig.policy(MINUTE.survivesSwap()).held();
        FakeExchange before = rig.get();
        rig.swap();
        FakeExchange after = rig.get();
        assertThat(rig.calls()).isEqualTo(2);
        assertThat(rig.cacheInterceptor().parked()).isZero();

        rig.respond(text(200, "old"));
        assertThat(before.text()).isEqualTo("old");
        assertThat(after.answers()).isZero();
        rig.respond(text(200, "new"));

        assertThat(after.text()).isEqualTo("new");
        rig.workers(Workers.INLINE);
        assertThat(rig.get().text()).isEqualTo("new");
        assertThat(rig.cacheInterceptor().flights()).isZero();
    }

    @Test
    void a_new_generation_revalidates_a_response_that_survived_the_swap_itself() {
        rig.policy(MINUTE.staleWhileRevalidate(Duration.ofHours(1)).survivesSwap());
        rig.get();
        rig.pass(Duration.ofSeconds(65));
        rig.held();
        rig.get();
        rig.swap();

        FakeExchange after = rig.get();

        assertThat(cacheStatus(after)).isEqualTo("busbar; fwd=stale; ttl=-5");
        rig.respond(text(200, "old"));
        rig.respond(text(200, "new"));
        rig.workers(Workers.INLINE);
        assertThat(rig.get().text()).isEqualTo("new");
    }
}
