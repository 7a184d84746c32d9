package dev.busbar.host.tokens;

import java.util.Set;

/**
 * Issuer whose tokens are accepted. Immutable, but for its keys, which the issuer rotates.
 *
 * @param issuer the exact value of the claim {@code iss}
 * @param algorithms those its keys may have
 */
record TrustedIssuer(String issuer, ClaimRules rules, Set<Algorithm> algorithms, KeySource keys) {
    TrustedIssuer {
        algorithms = Set.copyOf(algorithms);
    }
}
