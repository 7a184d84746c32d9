package dev.busbar.host.jwt;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Token whose signature and claims were verified. Immutable. Whether it was revoked since has to be asked
 * each time it is used ({@link TokenVerifier#isStillGood}).
 *
 * @param issuer the configured name of who issued it; empty for this host
 * @param subject whom it is about: the id of the principal
 * @param clientId whose key it came from, for the host's own; the client as the issuer names it for others
 * @param tokenId its name among those of the issuer, {@code jti}
 * @param scope the permissions it is limited to; empty where it says nothing of that
 * @param roles what the issuer says of the subject's roles, as the issuer calls them
 * @param isPerson whether its issuer, another than this host, says that it is about a person
 * @param issuedAt when it was issued
 * @param expiresAt when it ends
 * @param keyId what its signing key is called, {@code kid}
 * @param keyPrint the fingerprint of that key; empty as long as the signature was not verified
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

    /** True when it was issued by this host. */
    public boolean isOwn() {
        return issuer.isEmpty();
    }

    /** The id of the principal: the subject, behind the name of its issuer where that is not this host. */
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
