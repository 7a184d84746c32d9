package dev.busbar.host.tokens;

import java.util.Set;

/**
 * Somebody whose tokens are taken. Immutable, but for the keys, which change when the issuer changes them.
 *
 * @param issuer the exact value of the claim {@code iss}
 * @param algorithms those its keys may have
 */
record TrustedIssuer(String issuer, ClaimRules rules, Set<Algorithm> algorithms, KeySource keys) {
    TrustedIssuer {
        algorithms = Set.copyOf(algorithms);
    }
}
