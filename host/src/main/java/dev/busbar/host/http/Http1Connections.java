package dev.busbar.host.http;

import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.internal.HttpConnection;

/**
 * The connections of HTTP/1.1 and HTTP/1.0. An absolute request target needs an authority. {@code Expect} in an HTTP/1.0 request is ignored, because such a client
 * cannot read an interim response (RFC 9110 sections 10.1.1 and 15.2). Called by server threads.
 */
final class Http1Connections extends HttpConnectionFactory {
    Http1Connections(HttpConfiguration configuration) {
        super(configuration);
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        return configure(new Http1Connection(getHttpConfiguration(), connector, endPoint), connector, endPoint);
    }

    private static final class Http1Connection extends HttpConnection {
        Http1Connection(HttpConfiguration configuration, Connector connector, EndPoint endPoint) {
            super(configuration, connector, endPoint);
        }

        @Override
        protected HttpStreamOverHTTP1 newHttpStream(String method, String uri, HttpVersion version) {
            if (isWithoutAuthority(uri)) {
                throw new HttpException.RuntimeException(
                        HttpStatus.BAD_REQUEST_400, "the absolute form of the request target has no authority");
            }
            return version == HttpVersion.HTTP_1_0
                    ? new WithoutInterimResponses(method, uri, version)
                    : super.newHttpStream(method, uri, version);
        }

        /** Jetty takes the authority of {@code http:/path} from {@code Host} (RFC 9110 section 4.2.1). */
        private static boolean isWithoutAuthority(String uri) {
            int colon = uri.isEmpty() || uri.charAt(0) == '/' ? -1 : uri.indexOf(':');
            return colon > 0 && uri.startsWith("/", colon + 1) && !uri.startsWith("//", colon + 1);
        }

        private final class WithoutInterimResponses extends HttpStreamOverHTTP1 {
            WithoutInterimResponses(String method, String uri, HttpVersion version) {
                super(method, uri, version);
            }

            @Override
            public void parsedHeader(HttpField field) {
                if (field.getHeader() != HttpHeader.EXPECT) {
                    super.parsedHeader(field);
                }
            }
        }
    }
}
