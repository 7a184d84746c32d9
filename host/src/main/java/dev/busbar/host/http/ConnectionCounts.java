package dev.busbar.host.http;

import dev.busbar.host.pipeline.Meters;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.io.Connection;

/** Counts the connections that are open, by the protocol that is spoken on them. Called by server threads. */
final class ConnectionCounts {
    private final Counting http1 = new Counting();
    private final Counting http2 = new Counting();

    /** What counts the connections of one protocol. */
    private static final class Counting implements Connection.Listener {
        private final LongAdder open = new LongAdder();

        @Override
        public void onOpened(Connection connection) {
            open.increment();
        }

        @Override
        public void onClosed(Connection connection) {
            open.decrement();
        }
    }

    ConnectionCounts(Meters meters) {
        String help = "Connections of clients that are open";
        meters.gauge("busbar.connections", help, http1.open::sum, "protocol", "http/1.1");
        meters.gauge("busbar.connections", help, http2.open::sum, "protocol", "h2");
    }

    /** Told by the factory of connections that speak HTTP/1.1. */
    Connection.Listener http1() {
        return http1;
    }

    /** Told by the factory of connections that speak HTTP/2. */
    Connection.Listener http2() {
        return http2;
    }
}
