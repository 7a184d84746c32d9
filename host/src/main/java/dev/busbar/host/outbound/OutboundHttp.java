package dev.busbar.host.outbound;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpMessage;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.DefaultContentLengthStrategy;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.util.Timeout;

/**
 * HTTP client for addresses that configuration or a client of the host has chosen. The address guard stands between name
 * resolution and connection, so a connection goes to the very address that was checked. No redirects, proxies, cookies,
 * credentials, retries or compression; no connection is kept open. Immutable; safe for any number of threads.
 */
public final class OutboundHttp {
    private static final int MAX_LINE = 4 * 1024;
    private static final int MAX_HEADERS = 64;

    private final AddressGuard guard;
    private final SSLContext tls;
    private final Timeouts timeouts;

    /**
     * Limits on time.
     *
     * @param connect for a connection, and for the TLS handshake
     * @param read between two reads, the first byte of the response included
     */
    public record Timeouts(Duration connect, Duration read) {}

    /** A client that trusts the certificate authorities of {@code tls}. */
    OutboundHttp(AddressGuard guard, SSLContext tls, Timeouts timeouts) {
        this.guard = guard;
        this.tls = tls;
        this.timeouts = timeouts;
    }

    /** A client that trusts the certificate authorities that this Java trusts. */
    public static OutboundHttp of(AddressGuard guard, Timeouts timeouts) {
        try {
            return new OutboundHttp(guard, SSLContext.getDefault(), timeouts);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("TLS: no default context (expected: one in every JDK)", e);
        }
    }

    /**
     * A document to be fetched by GET, any number of times.
     *
     * @param accept the value of {@code Accept}
     * @param maxBytes bound on the size of its body
     */
    public Download download(URI uri, String accept, int maxBytes) {
        return new Download(this, uri, accept, maxBytes);
    }

    /** A request by POST, to be sent once. */
    public Post post(URI uri, Map<String, String> headers, byte[] json) {
        return new Post(this, uri, headers, json);
    }

    /** A client for one request; to be closed by the caller. */
    CloseableHttpClient open() {
        Timeout connect = Timeout.of(timeouts.connect());
        Timeout read = Timeout.of(timeouts.read());
        return HttpClientBuilder.create()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(new GuardedResolver(guard))
                        .setTlsSocketStrategy(ClientTlsStrategyBuilder.create()
                                .setSslContext(tls)
                                .buildClassic())
                        .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                                .http1Config(Http1Config.custom()
                                        .setMaxLineLength(MAX_LINE)
                                        .setMaxHeaderCount(MAX_HEADERS)
                                        .build())
                                .incomingContentLengthStrategy(OutboundHttp::length)
                                .build())
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(connect)
                                .setSocketTimeout(read)
                                .build())
                        .setDefaultTlsConfig(
                                TlsConfig.custom().setHandshakeTimeout(connect).build())
                        .setDefaultSocketConfig(
                                SocketConfig.custom().setSoTimeout(read).build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(read)
                        .setProtocolUpgradeEnabled(false)
                        .setAuthenticationEnabled(false)
                        .build())
                .setConnectionReuseStrategy((request, response, context) -> false)
                .setUserAgent("busbar")
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .build();
    }

    /** Refuses a body whose end could be read in two ways. */
    private static long length(HttpMessage message) throws HttpException {
        int lengths = message.countHeaders(HttpHeaders.CONTENT_LENGTH);
        int codings = message.countHeaders(HttpHeaders.TRANSFER_ENCODING);
        if (lengths + codings > 1) {
            throw new ProtocolException("the response has more than one Content-Length or Transfer-Encoding");
        }
        return DefaultContentLengthStrategy.INSTANCE.determineLength(message);
    }

    /** Name resolution that returns no address which the guard does not permit. */
    private record GuardedResolver(AddressGuard guard) implements DnsResolver {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            InetAddress[] addresses =
                    guard.check(InetAddress.getAllByName(host)).toArray(InetAddress[]::new);
            if (addresses.length == 0) {
                throw new UnknownHostException(host + " has an address that must not be connected to");
            }
            return addresses;
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }
}
