package dev.busbar.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.testing.CountingMeters;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.server.Request;
import org.junit.jupiter.api.Test;

/** Who gets a connection, and whose is ended. */
final class ConnectionGuardTest {
    private final AtomicLong now = new AtomicLong(1);
    private final CountingMeters meters = new CountingMeters();
    private final ConnectionGuard guard = new ConnectionGuard(
            new ConnectionGuard.Bounds(10, 6, TimeUnit.SECONDS.toNanos(10), TimeUnit.SECONDS.toNanos(60)),
            now::get,
            meters);

    private static final class FakePeer implements ConnectionGuard.Peer {
        private final String network;
        private ConnectionGuard.Phase phase = ConnectionGuard.Phase.OPENING;
        private long requests;
        private boolean multiplexed;
        private boolean closed;

        FakePeer(String network) {
            this.network = network;
        }

        @Override
        public String network() {
            return network;
        }

        @Override
        public ConnectionGuard.Phase phase() {
            return phase;
        }

        @Override
        public long requests() {
            return requests;
        }

        @Override
        public boolean isMultiplexed() {
            return multiplexed;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private FakePeer open(String network, ConnectionGuard.Phase phase) {
        FakePeer peer = new FakePeer(network);
        peer.phase = phase;
        guard.opened(peer);
        pass(1);
        return peer;
    }

    private List<FakePeer> open(int count, String network, ConnectionGuard.Phase phase) {
        List<FakePeer> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(open(network, phase));
        }
        return all;
    }

    private void pass(long seconds) {
        now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    private long closed(List<FakePeer> peers) {
        return peers.stream().filter(peer -> peer.closed).count();
    }

    @Test
    void a_network_beyond_its_bound_gives_up_its_oldest_connection_that_has_no_request() {
        FakePeer busy = open("a", ConnectionGuard.Phase.BUSY);
        FakePeer idle = open("a", ConnectionGuard.Phase.IDLE);
        List<FakePeer> half = open(4, "a", ConnectionGuard.Phase.OPENING);

        FakePeer next = open("a", ConnectionGuard.Phase.OPENING);

        assertThat(half.get(0).closed).isTrue();
        assertThat(closed(half)).isOne();
        assertThat(busy.closed || idle.closed || next.closed).isFalse();
        assertThat(guard.size()).isEqualTo(6);
        assertThat(meters.counted("busbar.connections.closed", Map.of("reason", "limit")))
                .isOne();
    }

    @Test
    void a_network_that_is_all_busy_gets_no_further_connection() {
        List<FakePeer> busy = open(6, "a", ConnectionGuard.Phase.BUSY);

        FakePeer next = open("a", ConnectionGuard.Phase.OPENING);

        assertThat(next.closed).isTrue();
        assertThat(closed(busy)).isZero();
        guard.closed(next);
        assertThat(guard.size()).isEqualTo(6);
    }

    @Test
    void whoever_has_few_connections_gets_in_at_the_cost_of_whoever_has_most() {
        List<FakePeer> most = open(6, "a", ConnectionGuard.Phase.OPENING);
        List<FakePeer> some = open(4, "b", ConnectionGuard.Phase.OPENING);

        FakePeer first = open("c", ConnectionGuard.Phase.BUSY);
        assertThat(closed(most)).as("there is a reserve").isZero();
        FakePeer health = open("c", ConnectionGuard.Phase.IDLE);

        assertThat(first.closed || health.closed).isFalse();
        assertThat(closed(most)).isOne();
        assertThat(closed(some)).isZero();
        assertThat(guard.size()).isEqualTo(11);
    }

    @Test
    void whoever_has_many_and_gets_no_more_keeps_nobody_out_who_has_few() {
        List<FakePeer> many = open(4, "a", ConnectionGuard.Phase.OPENING);
        many.addAll(open(4, "b", ConnectionGuard.Phase.OPENING));
        open(2, "c", ConnectionGuard.Phase.BUSY);
        FakePeer further = new FakePeer("a");
        guard.opened(further);
        assertThat(further.closed).isTrue();

        FakePeer next = open("c", ConnectionGuard.Phase.IDLE);

        assertThat(next.closed).isFalse();
        assertThat(closed(many)).isOne();
    }

    @Test
    void where_the_largest_network_has_none_to_spare_the_next_one_gives_up_a_connection() {
        List<FakePeer> busy = open(5, "a", ConnectionGuard.Phase.BUSY);
        List<FakePeer> unused = open(4, "b", ConnectionGuard.Phase.OPENING);
        open("c", ConnectionGuard.Phase.BUSY);

        FakePeer next = open("c", ConnectionGuard.Phase.IDLE);

        assertThat(next.closed).isFalse();
        assertThat(closed(unused)).isOne();
        assertThat(closed(busy)).isZero();
    }

    @Test
    void a_request_that_ends_while_it_is_looked_at_is_not_answered() {
        Request recycled = (Request) Proxy.newProxyInstance(
                Request.class.getClassLoader(), new Class<?>[] {Request.class}, (proxy, method, arguments) -> {
                    throw new IllegalStateException(method.getName());
                });

        assertThat(GuardedConnector.isAnswered(recycled)).isFalse();
    }

    @Test
    void a_network_without_any_connection_gets_one_when_all_others_are_busy() {
        open(5, "a", ConnectionGuard.Phase.BUSY);
        open(5, "b", ConnectionGuard.Phase.BUSY);

        assertThat(open("c", ConnectionGuard.Phase.IDLE).closed).isFalse();
        assertThat(open("a", ConnectionGuard.Phase.IDLE).closed).isTrue();
    }

    @Test
    void nobody_gives_up_a_connection_for_whoever_has_as_many() {
        List<FakePeer> some = open(5, "a", ConnectionGuard.Phase.OPENING);
        List<FakePeer> others = open(5, "b", ConnectionGuard.Phase.OPENING);

        FakePeer next = open("b", ConnectionGuard.Phase.OPENING);

        assertThat(next.closed).isTrue();
        assertThat(closed(some) + closed(others)).isZero();
    }

    @Test
    void a_connection_that_has_just_been_opened_is_not_given_up() {
        FakePeer older = open("a", ConnectionGuard.Phase.BUSY);
        open(4, "a", ConnectionGuard.Phase.BUSY);
        FakePeer fresh = new FakePeer("a");
        guard.opened(fresh);

        FakePeer next = open("a", ConnectionGuard.Phase.OPENING);

        assertThat(next.closed).isTrue();
        assertThat(fresh.closed || older.closed).isFalse();
    }

    @Test
    void a_trusted_proxy_has_no_bound_of_its_own() {
        List<FakePeer> proxied = open(10, "", ConnectionGuard.Phase.BUSY);

        assertThat(closed(proxied)).isZero();
        assertThat(open("", ConnectionGuard.Phase.OPENING).closed)
                .as("beyond all")
                .isTrue();
    }

    @Test
    void a_header_section_has_a_deadline_however_it_trickles_in() {
        FakePeer slow = open("a", ConnectionGuard.Phase.OPENING);
        FakePeer idle = open("a", ConnectionGuard.Phase.IDLE);
        FakePeer busy = open("a", ConnectionGuard.Phase.BUSY);
        guard.sweep();
        pass(6);
        guard.sweep();
        assertThat(slow.closed).isFalse();

        pass(2);
        guard.sweep();

        assertThat(slow.closed).isTrue();
        assertThat(idle.closed || busy.closed).isFalse();
        assertThat(meters.counted("busbar.connections.closed", Map.of("reason", "headers")))
                .isOne();
    }

    @Test
    void header_sections_of_several_requests_are_not_added_up() {
        FakePeer often = open("a", ConnectionGuard.Phase.OPENING);
        for (int i = 0; i < 5; i++) {
            often.requests++;
            guard.sweep();
            pass(8);
            guard.sweep();
        }

        assertThat(often.closed).isFalse();
    }

    @Test
    void an_http2_connection_without_a_stream_is_ended_whatever_it_receives() {
        FakePeer unused = open("a", ConnectionGuard.Phase.IDLE);
        unused.multiplexed = true;
        guard.sweep();
        pass(59);
        guard.sweep();
        assertThat(unused.closed).isFalse();

        pass(2);
        guard.sweep();

        assertThat(unused.closed).isTrue();
    }

    @Test
    void the_default_fits_into_the_open_files_and_the_heap() {
        assertThat(HttpSettings.Connections.fitting(1_024, 256L << 20)).isEqualTo(704);
        assertThat(HttpSettings.Connections.fitting(1 << 20, 256L << 20)).isEqualTo(4_096);
        assertThat(HttpSettings.Connections.fitting(1 << 20, 16L << 30)).isEqualTo(20_000);
        assertThat(HttpSettings.Connections.fitting(100, 256L << 20)).isEqualTo(64);
    }
}
