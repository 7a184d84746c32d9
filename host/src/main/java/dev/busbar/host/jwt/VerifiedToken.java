package dev.busbar.host.jwt;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A token whose signature and claims were verified. Immutable. A revocation since then is checked at each use
 * ({@link TokenVerifier#isStillValid}).
 *
 * @param issuer the configured name of the issuer; empty for this host
 * @param subject the subject; of an own token the id of the principal
 * @param clientId the id of the key that an own token was issued for; of other tokens the client as the issuer names it
 * @param tokenId the claim {@code jti}, unique for the issuer
 * @param scope the permissions it is limited to; empty without that claim
 * @param roles the roles of the subject, as the issuer names them
 * @param isPerson true if another issuer marks the subject as a person
 * @param issuedAt the time of issue
 * @param expiresAt the time from which it is invalid
 * @param keyId the id of its signing key, {@code kid}
 * @param keyPrint the fingerprint of that key; empty until the signature is verified
 */
public record VerifiedToken(
        String issuer,
        String subject,
        String clientId,
        String tokenId,
        Optional<List<String>> scope,
        List<String> roles,
        boolean isPerson,
        Instant issuedAt,
        Instant expiresAt,
        String keyId,
        String keyPrint) {
    /** Copies the lists. */
    public VerifiedToken {
        scope = scope.map(List::copyOf);
        roles = List.copyOf(roles);
    }

    /** Limit on the length of a name in a token, in UTF-16 units, as stores and requests count. */
    public static final int MAX_NAME_LENGTH = 255;

    /**
     * True for a text that may stand in a token as a name: bounded, not blank, without control characters and unpaired
     * surrogates, fit to be shown and logged. A token or key with any other name could not be revoked by it.
     */
    public static boolean isName(String text) {
        if (text.isBlank() || text.length() > MAX_NAME_LENGTH) {
            return false;
        }
        return text.codePoints()
                .noneMatch(point -> point < ' '
                        || point == 0x7f
                        || point == 0x2028
                        || point == 0x2029
                        || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE));
    }

    /** True if it may have been issued up to a moment: the clock of another issuer may be ahead of this host's. */
    public boolean mayBeIssuedBy(Instant moment) {
        return !issuedAt.isAfter(isOwn() ? moment : moment.plus(ClaimCheck.SKEW));
    }

    /** True if it was issued by this host. */
    public boolean isOwn() {
        return issuer.isEmpty();
    }

    /** The id of the principal: the subject, after the name of the issuer and a colon unless that is this host. */
    public String principalId() {
        return isOwn() ? subject : issuer + ":" + subject;
    }

    /** A copy with the fingerprint of the key that verified it. */
    public VerifiedToken verifiedBy(VerificationKey key) {
        return new VerifiedToken(
                issuer, subject, clientId, tokenId, scope, roles, isPerson, issuedAt, expiresAt, keyId, key.print());
    }

    boolean isVerifiedBy(VerificationKey key) {
        return keyPrint.equals(key.print());
    }
}
