package dev.busbar.host.jwt;

import dev.busbar.host.jwt.TrustedIssuer.Rules;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Check of the claims of a token against the rules of its issuer. Immutable. */
final class ClaimCheck {
    /** Tolerance for the clock of an issuer that is ahead. Nothing is added to an expiry. */
    static final Duration SKEW = Duration.ofSeconds(60);

    private static final String MEDIA_TYPE = "application/";
    /** Claims of ID tokens and logout tokens of OpenID Connect, which an access token of type JWT does not have. */
    private static final Set<String> FOREIGN_CLAIMS = Set.of("nonce", "at_hash", "c_hash", "s_hash", "events");

    private static final Set<String> ACCESS_USES = Set.of("access", "bearer", "at+jwt");

    private final Rules rules;

    ClaimCheck(Rules rules) {
        this.rules = rules;
    }

    /**
     * Checks everything but the signature.
     *
     * @throws InvalidTokenException when a claim is missing or breaks a rule
     */
    VerifiedToken check(CompactForm token, Claims claims, String key, Instant now) {
        requireType(token, claims);
        requireAudience(claims);
        Instant issuedAt = claims.time("iat");
        Instant expiresAt = claims.time("exp");
        requireTimes(issuedAt, expiresAt, claims.optionalTime("nbf"), now);
        return new VerifiedToken(
                rules.name(),
                claims.name("sub"),
                rules.isOwn() ? claims.name("client_id") : client(claims),
                claims.name("jti"),
                claims.words("scope"),
                rules.rolesPath().isEmpty() ? List.of() : claims.names(rules.rolesPath()),
                rules.kindClaim()
                        .filter(claim -> "human".equals(claims.value(claim)))
                        .isPresent(),
                issuedAt,
                expiresAt,
                key,
                "");
    }

    private static String client(Claims claims) {
        return claims.optionalName("client_id")
                .or(() -> claims.optionalName("azp"))
                .orElse("");
    }

    private void requireType(CompactForm token, Claims claims) {
        String type = token.headerText("typ").orElse("").toLowerCase(Locale.ROOT);
        String plain = type.startsWith(MEDIA_TYPE) ? type.substring(MEDIA_TYPE.length()) : type;
        if (!rules.types().contains(plain)) {
            throw InvalidTokenException.because("its type is not accepted");
        }
        if (!plain.equals(Rules.ACCESS_TOKEN)) {
            boolean foreign = FOREIGN_CLAIMS.stream().anyMatch(claims::has)
                    || !isAccessUse(claims, "token_use")
                    || !isAccessUse(claims, "typ");
            if (foreign) {
                throw InvalidTokenException.because("it is not an access token");
            }
        }
    }

    /** True if a claim by which some issuers mark the use of a token is absent or names an access token. */
    private static boolean isAccessUse(Claims claims, String claim) {
        return !claims.has(claim)
                || (claims.value(claim) instanceof String use && ACCESS_USES.contains(use.toLowerCase(Locale.ROOT)));
    }

    /** Requires one audience of own tokens; other issuers may name several (RFC 7519 section 4.1.3). */
    private void requireAudience(Claims claims) {
        Object named = claims.value("aud");
        boolean forThisHost = rules.audience().equals(named)
                || (!rules.isOwn()
                        && named instanceof List<?> list
                        && list.stream().allMatch(String.class::isInstance)
                        && list.contains(rules.audience()));
        if (!forThisHost) {
            throw InvalidTokenException.because("it is not for this host");
        }
    }

    /** Checks the times; a token is invalid from its expiry on (RFC 7519 section 4.1.4: "on or after"). */
    private void requireTimes(Instant issuedAt, Instant expiresAt, Optional<Instant> notBefore, Instant now) {
        if (!now.isBefore(expiresAt)) {
            throw InvalidTokenException.expired();
        }
        Instant latest = now.plus(SKEW);
        if (issuedAt.isAfter(latest) || notBefore.filter(latest::isBefore).isPresent()) {
            throw InvalidTokenException.because("it is not valid yet");
        }
        if (!expiresAt.isAfter(issuedAt)
                || Duration.between(issuedAt, expiresAt).compareTo(rules.maxLifetime()) > 0) {
            throw InvalidTokenException.because("its lifetime is too long");
        }
    }
}
