package dev.busbar.bench;

import dev.busbar.rig.Samples;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A closed loop over a fixed number of keep-alive connections, each of which sends its next request after the response, on one thread. It never sleeps: waking it would cost the server's thread CPU time, more often the faster the server, and would be attributed to the server. Every response is checked.
 */
final class ClosedLoop {
    private static final long STOP_SECONDS = 15;

    private final int port;
    private final int connections;
    private final List<InetAddress> sources;
    private final List<Call> calls;
    private final Samples nanos = new Samples();
    private final Map<String, Integer> failures = new TreeMap<>();
    private final Map<Integer, Integer> statuses = new TreeMap<>();
    private int next;
    private long endNanos;

    /**
     * A request and its expected response.
     *
     * @param request the bytes of the request
     * @param body the expected body; empty for any
     * @param statuses the expected statuses
     */
    record Call(byte[] request, byte[] body, Set<Integer> statuses) {}

    /**
     * The results.
     *
     * @param nanos the duration of each response
     * @param failures the number of failures by cause
     * @param statuses the number of responses by status
     */
    record Outcome(Samples nanos, Map<String, Integer> failures, Map<Integer, Integer> statuses) {}

    ClosedLoop(int port, int connections, List<InetAddress> sources, List<Call> calls) {
        this.port = port;
        this.connections = connections;
        this.sources = sources;
        this.calls = calls;
    }

    /** Sends the calls in turn for a duration. */
    static Outcome run(int port, int connections, List<Call> calls, long millis) throws IOException {
        return run(port, connections, List.of(InetAddress.getLoopbackAddress()), calls, millis);
    }

    /** Sends the calls over connections from these addresses, in turn. */
    static Outcome run(int port, int connections, List<InetAddress> sources, List<Call> calls, long millis)
            throws IOException {
        return run(new ClosedLoop(port, connections, sources, calls), millis, () -> {});
    }

    /** Sends the calls over a number of connections, with an action once all are open. */
    static Outcome run(ClosedLoop loop, long millis, Runnable whenOpen) throws IOException {
        loop.run(millis, whenOpen);
        return new Outcome(loop.nanos, loop.failures, loop.statuses);
    }

    private void run(long millis, Runnable whenOpen) throws IOException {
        List<Connection> all = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < connections; i++) {
                all.add(new Connection(selector, sources.get(i % sources.size())));
            }
            whenOpen.run();
            endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
            for (Connection connection : all) {
                connection.send();
            }
            long giveUp = endNanos + TimeUnit.SECONDS.toNanos(STOP_SECONDS);
            while (all.stream().anyMatch(each -> each.waiting)) {
                selector.selectNow(key -> ((Connection) key.attachment()).receive());
                if (System.nanoTime() > giveUp) {
                    failed("no answer");
                    break;
                }
            }
        } finally {
            for (Connection connection : all) {
                connection.channel.close();
            }
        }
    }

    private void failed(String reason) {
        failures.merge(reason, 1, Integer::sum);
    }

    private final class Connection {
        private final Selector selector;
        private final InetAddress source;
        private final AnswerReader reader = new AnswerReader();
        private SocketChannel channel;
        private Call call = calls.get(0);
        private long sentNanos;
        private boolean waiting;

        Connection(Selector selector, InetAddress source) throws IOException {
            this.selector = selector;
            this.source = source;
            this.channel = open();
        }

        private SocketChannel open() throws IOException {
            SocketChannel opened = SocketChannel.open().bind(new InetSocketAddress(source, 0));
            opened.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
            opened.configureBlocking(false);
            opened.register(selector, SelectionKey.OP_READ, this);
            return opened;
        }

        void send() throws IOException {
            sentNanos = System.nanoTime();
            waiting = sentNanos < endNanos;
            if (waiting) {
                call = calls.get(next++ % calls.size());
                ByteBuffer out = ByteBuffer.wrap(call.request());
                while (out.hasRemaining()) {
                    channel.write(out);
                }
            }
        }

        void receive() {
            try {
                if (!reader.readFrom(channel)) {
                    return;
                }
                nanos.add(System.nanoTime() - sentNanos);
                statuses.merge(reader.status(), 1, Integer::sum);
                String wrong = reader.wrong(call.statuses(), call.body());
                if (!wrong.isEmpty()) {
                    failed(wrong);
                }
                reader.clear();
                send();
            } catch (IOException e) {
                broken(e);
            }
        }

        private void broken(IOException e) {
            failed(e.toString());
            try {
                channel.close();
                reader.clear();
                channel = open();
                send();
            } catch (IOException again) {
                waiting = false;
            }
        }
    }
}
