package dev.busbar.host.jwt;

import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Strict verifier of tokens, in two steps, so that the caller can check a budget between them: the cheap checks
 * ({@link #inspect}), then the signature. Immutable; safe for any number of threads.
 */
public final class TokenVerifier {
    private final Map<String, TrustedIssuer> issuers = new HashMap<>();
    private final Map<String, TrustedIssuer> named = new HashMap<>();
    private final Predicate<VerifiedToken> revoked;
    private final Clock clock;

    /**
     * A verifier of the tokens of issuers.
     *
     * @param revoked true for a revoked token; called at each use of a token, so it must not block
     */
    public TokenVerifier(Collection<TrustedIssuer> trusted, Predicate<VerifiedToken> revoked, Clock clock) {
        for (TrustedIssuer issuer : trusted) {
            if (issuers.put(issuer.issuer(), issuer) != null
                    || named.put(issuer.rules().name(), issuer) != null) {
                throw new IllegalArgumentException(
                        "issuer: \"" + issuer.issuer() + "\" (expected: each issuer once, under a name of its own)");
            }
        }
        this.revoked = revoked;
        this.clock = clock;
    }

    /** A token that passed all checks but that of its signature. */
    public final class Inspected {
        private final CompactForm form;
        private final TrustedIssuer issuer;
        private final VerifiedToken claimed;

        private Inspected(CompactForm form, TrustedIssuer issuer, VerifiedToken claimed) {
            this.form = form;
            this.issuer = issuer;
            this.claimed = claimed;
        }

        /** The client that the token claims to be of, unverified. */
        public String claimedClient() {
            return claimed.isOwn() ? claimed.clientId() : claimed.principalId();
        }

        /** True if the token claims to be issued by this host. */
        public boolean isOwn() {
            return claimed.isOwn();
        }

        /**
         * Verifies the signature, which costs about as much as a hundred look-ups.
         *
         * @throws InvalidTokenException when the signature does not verify, or the token was revoked
         * @throws KeysUnavailableException when its key may exist but is not available now
         */
        public VerifiedToken verify() {
            VerificationKey key = issuer.keys()
                    .lookFor(claimed.keyId())
                    .orElseThrow(() -> InvalidTokenException.because("its key is unknown"));
            key.verify(form);
            VerifiedToken verified = claimed.verifiedBy(key);
            if (!isStillValid(verified)) {
                throw InvalidTokenException.because("it was revoked, or expired at this moment");
            }
            return verified;
        }
    }

    /**
     * Checks all that can be checked without cryptography: form, header, issuer, claims, times.
     *
     * @throws InvalidTokenException when a check fails
     */
    public Inspected inspect(String text) {
        CompactForm form = CompactForm.read(text);
        Algorithm algorithm = form.headerText("alg")
                .flatMap(Algorithm::named)
                .orElseThrow(() -> InvalidTokenException.because("its algorithm is not supported"));
        String keyId = form.headerText("kid").orElseThrow(() -> InvalidTokenException.because("it names no key"));
        Claims claims = new Claims(StrictJson.object(form.payload()));
        TrustedIssuer issuer = issuers.get(claims.name("iss"));
        if (issuer == null || !issuer.algorithms().contains(algorithm)) {
            throw InvalidTokenException.because("its issuer is not trusted, or not with its algorithm");
        }
        return new Inspected(form, issuer, new ClaimCheck(issuer.rules()).check(form, claims, keyId, clock.instant()));
    }

    /**
     * True when a token verified before is still valid: not expired, not revoked, and its key still the one that signed it.
     * Cheap; called at each use.
     */
    public boolean isStillValid(VerifiedToken token) {
        TrustedIssuer issuer = named.get(token.issuer());
        return issuer != null
                && clock.instant().isBefore(token.expiresAt())
                && issuer.keys().find(token.keyId()).filter(token::isVerifiedBy).isPresent()
                && !revoked.test(token);
    }

    /** True when an issuer is configured under this name. */
    public boolean knows(String name) {
        return named.containsKey(name);
    }
}
