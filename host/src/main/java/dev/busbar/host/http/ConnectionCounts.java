package dev.busbar.host.http;

import dev.busbar.host.pipeline.Meters;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.io.Connection;

/** Counts open connections by protocol. Called by server threads. */
final class ConnectionCounts {
    private final Counting http1 = new Counting();
    private final Counting http2 = new Counting();

    /** The listener that counts the connections of one protocol. */
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
        String help = "Open connections of clients";
        meters.gauge("busbar.connections", help, http1.open::sum, "protocol", "http/1.1");
        meters.gauge("busbar.connections", help, http2.open::sum, "protocol", "h2");
    }

    /** The listener for the HTTP/1.1 connection factory. */
    Connection.Listener http1() {
        return http1;
    }

    /** The listener for the HTTP/2 connection factory. */
    Connection.Listener http2() {
        return http2;
    }
}
