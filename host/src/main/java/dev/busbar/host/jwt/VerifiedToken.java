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
