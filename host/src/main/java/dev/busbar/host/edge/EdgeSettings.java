package dev.busbar.host.edge;

import dev.busbar.host.pipeline.AddressRange;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the edge lets in and says. Immutable.
 *
 * @param hosts under which names it answers, such as {@code api.example.org} or {@code 10.0.0.5:8443}
 * @param trustedProxies whose word on where a request comes from is taken
 * @param forwarding the field in which they say so
 * @param cors which web origins may read answers
 * @param separateAdmin whether {@code /admin} has a listener of its own
 * @param hsts how long browsers shall use TLS only; empty when this host ends none, or shall not say so
 */
public record EdgeSettings(
        List<String> hosts,
        List<AddressRange> trustedProxies,
        Forwarding forwarding,
        Cors cors,
        boolean separateAdmin,
        Optional<Duration> hsts) {
    private static final Pattern FIELD = Pattern.compile("[A-Za-z0-9!#$%&'^_`|~.-]+");

    /** Copies what it is given. */
    public EdgeSettings {
        hosts = List.copyOf(hosts);
        trustedProxies = List.copyOf(trustedProxies);
    }

    /**
     * Which web origins may read answers.
     *
     * @param origins exact ones, {@code https://*.example.org} for one label, {@code null}, or {@code *} for all
     * @param credentials whether browsers may send cookies and what else they add by themselves
     * @param maxAge how long a browser may keep the answer to a preflight
     * @param headers request fields that pages may send beside the ones the host knows
     */
    public record Cors(List<String> origins, boolean credentials, Duration maxAge, List<String> headers) {
        /** Copies what it is given. */
        public Cors {
            origins = List.copyOf(origins);
            headers = List.copyOf(headers);
        }
    }

    /**
     * Checks an entry of {@code http.hosts}.
     *
     * @throws IllegalArgumentException with what is expected
     */
    public static void checkHost(String entry) {
        HostNames.Name unused = HostNames.Name.parse(entry);
    }

    /**
     * Checks an entry of {@code cors.origins}.
     *
     * @throws IllegalArgumentException with what is expected
     */
    public static void checkOrigin(String entry) {
        Origins unused = Origins.of(List.of(entry));
    }

    /**
     * Checks an entry of {@code cors.headers}.
     *
     * @throws IllegalArgumentException with what is expected
     */
    public static void checkField(String entry) {
        if (!FIELD.matcher(entry).matches()) {
            throw new IllegalArgumentException("names of header fields, and no wildcards; \"" + entry + "\" is none");
        }
    }
}
