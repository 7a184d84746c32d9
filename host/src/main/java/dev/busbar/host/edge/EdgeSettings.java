package dev.busbar.host.edge;

import dev.busbar.host.pipeline.AddressRange;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Settings of the edge: accepted host names, trusted proxies, CORS, HSTS. Immutable.
 *
 * @param hosts accepted host names, such as {@code api.example.org} or {@code 10.0.0.5:8443}
 * @param trustedProxies proxies that may report the client's address
 * @param forwarding the header in which they report it
 * @param cors the origins that may read responses
 * @param separateAdmin whether {@code /admin} has a listener of its own
 * @param hsts {@code max-age} of HSTS; empty if this host does not terminate TLS or HSTS is disabled
 */
public record EdgeSettings(
        List<String> hosts,
        List<AddressRange> trustedProxies,
        Forwarding forwarding,
        Cors cors,
        boolean separateAdmin,
        Optional<Duration> hsts) {
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'^_`|~.-]+");

    /** Copies the lists. */
    public EdgeSettings {
        hosts = List.copyOf(hosts);
        trustedProxies = List.copyOf(trustedProxies);
    }

    /**
     * The origins that may read responses.
     *
     * @param origins exact origins, {@code https://*.example.org} for any one label, {@code null}, or {@code *} for all
     * @param credentials whether browsers may send cookies and other ambient credentials
     * @param maxAge how long a browser may cache the response to a preflight
     * @param headers additional request headers that pages may send
     * @param exposed additional response headers that pages may read, such as those of plugins
     */
    public record Cors(
            List<String> origins, boolean credentials, Duration maxAge, List<String> headers, List<String> exposed) {
        /** Copies the lists. */
        public Cors {
            origins = List.copyOf(origins);
            headers = List.copyOf(headers);
            exposed = List.copyOf(exposed);
        }
    }

    /**
     * Checks an entry of {@code http.hosts}.
     *
     * @throws IllegalArgumentException with the expectation
     */
    public static void checkHost(String entry) {
        HostNames.Name unused = HostNames.Name.parse(entry);
    }

    /**
     * Checks an entry of {@code cors.origins}.
     *
     * @throws IllegalArgumentException with the expectation
     */
    public static void checkOrigin(String entry) {
        Origins unused = Origins.of(List.of(entry));
    }

    /**
     * Checks an entry of {@code cors.headers} or {@code cors.exposed}.
     *
     * @throws IllegalArgumentException with the expectation
     */
    public static void checkHeader(String entry) {
        if (!HEADER.matcher(entry).matches()) {
            throw new IllegalArgumentException("a header name without wildcards; \"" + entry + "\" is not one");
        }
    }
}
