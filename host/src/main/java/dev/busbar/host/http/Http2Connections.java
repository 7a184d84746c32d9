package dev.busbar.host.http;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.api.server.ServerSessionListener;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;

/**
 * The connections of HTTP/2. A header section over the limit is decoded up to a few times the limit, because dropping
 * it would leave the two compression states different and so end the connection; {@link RequestCheck} refuses the
 * request. Called by server threads.
 */
final class Http2Connections extends HTTP2ServerConnectionFactory {
    /** The content length of a request without a body that announces one; {@link RequestCheck} refuses it. */
    static final long ANNOUNCED_ONLY = -2;

    /** A header section that is this many times the limit, which is what clients are told, ends the connection. */
    private static final int DECODED_LIMITS = 4;

    Http2Connections(HttpConfiguration configuration) {
        super(decoding(configuration));
    }

    private static HttpConfiguration decoding(HttpConfiguration configuration) {
        HttpConfiguration more = new HttpConfiguration(configuration);
        more.setRequestHeaderSize(DECODED_LIMITS * configuration.getRequestHeaderSize());
        return more;
    }

    @Override
    protected ServerSessionListener newSessionListener(Connector connector, EndPoint endPoint) {
        return new HTTPServerSessionListener(endPoint) {
            @Override
            public Stream.Listener onNewStream(Stream stream, HeadersFrame frame) {
                return super.onNewStream(stream, checked(frame));
            }
        };
    }

    /** Jetty compares the announced length with the DATA frames only, so a request without any has to be marked. */
    private static HeadersFrame checked(HeadersFrame frame) {
        if (!frame.isEndStream()
                || !(frame.getMetaData() instanceof MetaData.Request request)
                || request instanceof MetaData.ConnectRequest
                || request.getHttpFields().getLongField(HttpHeader.CONTENT_LENGTH) <= 0) {
            return frame;
        }
        MetaData.Request marked = new MetaData.Request(
                request.getBeginNanoTime(),
                request.getMethod(),
                request.getHttpURI(),
                request.getHttpVersion(),
                request.getHttpFields(),
                ANNOUNCED_ONLY);
        return new HeadersFrame(frame.getStreamId(), marked, frame.getPriority(), true);
    }
}
