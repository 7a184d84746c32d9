package dev.busbar.host.cache;

import static dev.busbar.host.ChainRig.cacheStatus;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.ChainRig;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.CachePolicy;
import dev.busbar.plugin.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Responses to a pure {@code POST}, cached by its body. */
final class CachePurePostTest {
    private static final String BILLS = "/api/billing/bills";

    private final ChainRig rig = new ChainRig();

    @BeforeEach
    void compute() {
        CachePolicy policy = CachePolicy.of(Duration.ofSeconds(60)).staleWhileRevalidate(Duration.ofHours(1));
        rig.writing(
                route -> route.access(Access.WRITE).pure().maxBodyBytes(4 << 20).cache(policy));
    }

    private static FakeExchange sending(String body, String type) {
        return FakeExchange.of("POST", BILLS).with("Content-Type", type).body(body);
    }

    private FakeExchange send(String body) {
        return rig.send(sending(body, "application/json"), Duration.ZERO);
    }

    @Test
    void the_same_body_gets_the_cached_response_and_another_one_does_not() {
        assertThat(cacheStatus(send("[1]"))).isEqualTo("busbar; fwd=miss; stored");
        assertThat(cacheStatus(send("[1]"))).isEqualTo("busbar; hit; ttl=60");
        assertThat(cacheStatus(send("[2]"))).isEqualTo("busbar; fwd=miss; stored");
        assertThat(cacheStatus(rig.send(sending("[1]", "text/plain"), Duration.ZERO)))
                .startsWith("busbar; fwd=miss");
        assertThat(cacheStatus(send(""))).startsWith("busbar; fwd=miss");
    }

    @Test
    void the_handler_gets_the_whole_body_for_a_revalidation_too() {
        List<String> bodies = new ArrayList<>();
        rig.handler(request -> {
            bodies.add(new String(request.body().readAllBytes(), StandardCharsets.UTF_8));
            return Response.text("one");
        });
        send("[1]");
        rig.pass(Duration.ofSeconds(61));

        assertThat(cacheStatus(send("[1]"))).startsWith("busbar; fwd=stale");
        assertThat(bodies).containsExactly("[1]", "[1]");
    }

    @Test
    void no_handler_is_called_before_the_body_is_complete() {
        FakeExchange slow = rig.send(sending("[1]", "application/json").slow(), Duration.ZERO);
        assertThat(rig.calls()).isZero();

        slow.arrive();

        assertThat(slow.text()).isEqualTo("answer 1");
    }

    @Test
    void a_body_that_does_not_arrive_in_time_is_408_and_reaches_no_handler() {
        FakeExchange slow = rig.send(sending("[1]", "application/json").slow(), Duration.ZERO);
        rig.pass(Duration.ofSeconds(6));
        FakeExchange quick = rig.send(sending("[2]", "application/json").slow(), Duration.ZERO);

        rig.pass(Duration.ofSeconds(5));
        slow.arrive();
        quick.arrive();

        assertThat(slow.status()).isEqualTo(408);
        assertThat(quick.text()).isEqualTo("answer 1");
        assertThat(rig.calls()).isEqualTo(1);
    }

    @Test
    void a_large_body_or_one_without_a_declared_length_bypasses_the_cache() {
        FakeExchange chunked = rig.send(sending("[1]", "application/json").contentLength(-1), Duration.ZERO);
        FakeExchange large = rig.send(sending("[1]", "application/json").contentLength(2 << 20), Duration.ZERO);

        assertThat(cacheStatus(chunked)).isEqualTo("busbar; fwd=bypass");
        assertThat(cacheStatus(large)).isEqualTo("busbar; fwd=bypass");
        assertThat(rig.calls()).isEqualTo(2);
    }
}
