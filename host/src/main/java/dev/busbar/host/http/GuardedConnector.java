package dev.busbar.host.http;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.Callback;

/** A connector whose connections are bounded by a {@link ConnectionGuard}. Called by server threads. */
final class GuardedConnector extends ServerConnector {
    private static final int ANY_ACCEPTORS = -1;

    private final ConnectionGuard guard;
    private final Function<String, String> networkOf;
    private final Map<EndPoint, JettyPeer> peers = new ConcurrentHashMap<>();

    /**
     * A connector that does not listen yet.
     *
     * @param networkOf the network of an address; empty where it is not bounded by network
     */
    GuardedConnector(
            Server server,
            int selectors,
            ConnectionGuard guard,
            Function<String, String> networkOf,
            ConnectionFactory... protocols) {
        super(server, ANY_ACCEPTORS, selectors, protocols);
        this.guard = guard;
        this.networkOf = networkOf;
    }

    @Override
    protected void onEndPointOpened(EndPoint endPoint) {
        super.onEndPointOpened(endPoint);
        String address =
                endPoint.getRemoteSocketAddress() instanceof InetSocketAddress peer && peer.getAddress() != null
                        ? peer.getAddress().getHostAddress()
                        : "";
        JettyPeer peer = new JettyPeer(endPoint, networkOf.apply(address));
        peers.put(endPoint, peer);
        guard.opened(peer);
    }

    @Override
    protected void onEndPointClosed(EndPoint endPoint) {
        JettyPeer peer = peers.remove(endPoint);
        if (peer != null) {
            guard.closed(peer);
        }
        super.onEndPointClosed(endPoint);
    }

    /** Returns whether a request is answered while its client is still sending; false where it has just ended. */
    static boolean isAnswered(Request request) {
        try {
            return request.getAttribute(JettyExchange.ANSWERED) != null;
        } catch (IllegalStateException recycled) {
            return false;
        }
    }

    /** The peer of a connection of Jetty. Compared by identity. */
    private static final class JettyPeer implements ConnectionGuard.Peer {
        private final EndPoint endPoint;
        private final String network;

        JettyPeer(EndPoint endPoint, String network) {
            this.endPoint = endPoint;
            this.network = network;
        }

        @Override
        public String network() {
            return network;
        }

        private Connection connection() {
            Connection outer = endPoint.getConnection();
            return outer instanceof SslConnection tls ? tls.getSslEndPoint().getConnection() : outer;
        }

        @Override
        public ConnectionGuard.Phase phase() {
            Connection now = connection();
            if (now instanceof HttpConnection http1) {
                Request request = http1.getHttpChannel().getRequest();
                if (request != null && isAnswered(request)) {
                    return ConnectionGuard.Phase.OPENING; // its client has the response, and sends on
                }
                boolean busy = request != null || !http1.getParser().inHeaderState();
                return busy
                        ? ConnectionGuard.Phase.BUSY
                        : http1.getParser().isStart() ? ConnectionGuard.Phase.IDLE : ConnectionGuard.Phase.OPENING;
            }
            if (now instanceof HTTP2Connection http2) {
                return http2.getSession().getStreams().isEmpty()
                        ? ConnectionGuard.Phase.IDLE
                        : ConnectionGuard.Phase.BUSY;
            }
            return ConnectionGuard.Phase.OPENING; // the TLS handshake
        }

        @Override
        public long requests() {
            Connection now = connection();
            return now == null ? 0 : now.getMessagesIn();
        }

        @Override
        public boolean isMultiplexed() {
            return connection() instanceof HTTP2Connection;
        }

        @Override
        public void close() {
            if (connection() instanceof HTTP2Connection http2) {
                http2.getSession().close(ErrorCode.NO_ERROR.code, "unused", Callback.NOOP);
            } else {
                endPoint.close();
            }
        }
    }
}
