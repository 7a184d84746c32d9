package dev.busbar.host.jwt;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.testing.SetClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A verifier of two issuers at a moment that a test sets: this host, with an RSA key {@code k1} and an elliptic one
 * {@code e1}, and {@code corp}, with {@code c1}.
 */
final class Trust {
    static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    private final SetClock clock = new SetClock(NOW);
    private final TokenVerifier verifier = new TokenVerifier(List.of(own(), corp()), token -> false, clock);

    private TrustedIssuer own() {
        return issuer(
                "https://busbar.test",
                TrustedIssuer.Rules.own("https://busbar.test", Duration.ofHours(1)),
                Map.of(
                        "k1", new VerificationKey("k1", Algorithm.RS256, Forge.RSA.getPublic(), clock),
                        "e1", new VerificationKey("e1", Algorithm.ES256, Forge.EC.getPublic(), clock)));
    }

    private TrustedIssuer corp() {
        return issuer(
                "https://corp.test",
                new TrustedIssuer.Rules(
                        "corp",
                        "https://busbar.test",
                        Set.of("jwt"),
                        Duration.ofHours(24),
                        List.of("realm", "roles"),
                        Optional.empty()),
                Map.of("c1", new VerificationKey("c1", Algorithm.RS256, Forge.OTHER_RSA.getPublic(), clock)));
    }

    private static TrustedIssuer issuer(String name, TrustedIssuer.Rules rules, Map<String, VerificationKey> keys) {
        return new TrustedIssuer(
                name, rules, Set.of(Algorithm.RS256, Algorithm.ES256), id -> Optional.ofNullable(keys.get(id)));
    }

    SetClock clock() {
        return clock;
    }

    TokenVerifier verifier() {
        return verifier;
    }

    /** Asserts that a token is refused, for a reason that no client sees. */
    void assertRefused(String token) {
        assertThatThrownBy(() -> verifier.inspect(token).verify())
                .as(token.substring(0, Math.min(200, token.length())))
                .isInstanceOf(InvalidTokenException.class);
    }
}
