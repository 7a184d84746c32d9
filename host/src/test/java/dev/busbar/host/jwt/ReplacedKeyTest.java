package dev.busbar.host.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.testing.SetClock;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A token that was verified before its issuer replaced the key under the same id. */
class ReplacedKeyTest {
    private final SetClock clock = new SetClock(Trust.NOW);
    private final AtomicReference<VerificationKey> key = new AtomicReference<>(key(Forge.RSA));
    private final TokenVerifier verifier = new TokenVerifier(
            List.of(new TrustedIssuer(
                    "https://busbar.test",
                    TrustedIssuer.Rules.own("https://busbar.test", Duration.ofHours(1)),
                    Set.of(Algorithm.RS256),
                    id -> Optional.of(key.get()))),
            token -> false,
            clock);

    private VerificationKey key(KeyPair pair) {
        return new VerificationKey("k1", Algorithm.RS256, pair.getPublic(), clock);
    }

    @Test
    void a_verified_token_ends_with_its_key_even_if_another_one_has_its_id() {
        VerifiedToken token =
                verifier.inspect(Forge.good(Trust.NOW.getEpochSecond()).token()).verify();
        assertThat(verifier.isStillValid(token)).isTrue();
        key.set(key(Forge.RSA));
        assertThat(verifier.isStillValid(token))
                .as("the same key, fetched again")
                .isTrue();

        key.set(key(Forge.OTHER_RSA));

        assertThat(verifier.isStillValid(token)).isFalse();
    }
}
