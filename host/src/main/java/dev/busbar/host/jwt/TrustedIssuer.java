package dev.busbar.host.jwt;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An issuer whose tokens are accepted: this host, or a configured one. Immutable, but for its keys, which the issuer
 * rotates.
 *
 * @param issuer the exact value of the claim {@code iss}
 * @param rules the rules for the claims of its tokens
 * @param algorithms the algorithms of its keys
 */
public record TrustedIssuer(String issuer, Rules rules, Set<Algorithm> algorithms, Keys keys) {
    /** Copies the algorithms. */
    public TrustedIssuer {
        algorithms = Set.copyOf(algorithms);
    }

    /**
     * Rules that the claims of the issuer's tokens must meet. Immutable.
     *
     * @param name the configured name of the issuer; empty for this host
     * @param audience the audience that the tokens must name
     * @param types the accepted values of the header {@code typ}, in lower case
     * @param maxLifetime the longest time from issue to expiry
     * @param rolesPath the member names that lead to the roles
     * @param kindClaim the claim that is {@code human} for a person
     */
    public record Rules(
            String name,
            String audience,
            Set<String> types,
            Duration maxLifetime,
            List<String> rolesPath,
            Optional<String> kindClaim) {
        /** The type of an access token (RFC 9068 section 2.1). */
        public static final String ACCESS_TOKEN = "at+jwt";

        /** Copies the collections. */
        public Rules {
            types = Set.copyOf(types);
            rolesPath = List.copyOf(rolesPath);
        }

        /** The rules for the host's own tokens. */
        public static Rules own(String audience, Duration maxLifetime) {
            return new Rules("", audience, Set.of(ACCESS_TOKEN), maxLifetime, List.of("roles"), Optional.empty());
        }

        boolean isOwn() {
            return name.isEmpty();
        }
    }

    /** The public keys of the issuer. Called on event loops and workers, by many at once. */
    public interface Keys {
        /** The key with an id, among those known now; never blocks. The id is unchecked input of a client. */
        Optional<VerificationKey> find(String keyId);

        /**
         * The key with an id, fetched if necessary; blocks for a second at most.
         *
         * @throws KeysUnavailableException when the keys cannot be fetched now
         */
        default Optional<VerificationKey> lookFor(String keyId) {
            return find(keyId);
        }
    }
}
