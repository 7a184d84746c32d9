package dev.busbar.host.jwt;

import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Says what a token is worth. It is looked at in two steps, so that the caller can put a budget between them: all that
 * is cheap ({@link #inspect}), then the signature. Keeps nothing; safe for any number of threads.
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

    /** A token that is valid but for its signature, which is not verified yet. */
    public final class Inspected {
        private final CompactForm form;
        private final TrustedIssuer issuer;
        private final VerifiedToken claimed;

        private Inspected(CompactForm form, TrustedIssuer issuer, VerifiedToken claimed) {
            this.form = form;
            this.issuer = issuer;
            this.claimed = claimed;
        }

        /** Whose it claims to be; anybody can write anything there. */
        public String claimedClient() {
            return claimed.isOwn() ? claimed.clientId() : claimed.principalId();
        }

        /** True when it claims to be issued by this host. */
        public boolean isOwn() {
            return claimed.isOwn();
        }

        /**
         * Verifies the signature, which costs about as much as a hundred look-ups.
         *
         * @throws InvalidTokenException when it does not hold, or the token was revoked
         * @throws KeysUnavailableException when its key may exist but cannot be had now
         */
        public VerifiedToken verify() {
            VerificationKey key = issuer.keys()
                    .lookFor(claimed.keyId())
                    .orElseThrow(() -> InvalidTokenException.because("there is no key of its id"));
            key.verify(form);
            VerifiedToken verified = claimed.verifiedBy(key);
            if (!isStillGood(verified)) {
                throw InvalidTokenException.because("it was revoked, or ended in this moment");
            }
            return verified;
        }
    }

    /**
     * Checks all that can be checked without cryptography: form, header, issuer, claims, times.
     *
     * @throws InvalidTokenException when anything does not hold
     */
    public Inspected inspect(String text) {
        CompactForm form = CompactForm.read(text);
        Algorithm algorithm = form.headerText("alg")
                .flatMap(Algorithm::named)
                .orElseThrow(() -> InvalidTokenException.because("its algorithm is none that is verified"));
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
     * Cheap; to be asked at each use.
     */
    public boolean isStillGood(VerifiedToken token) {
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
