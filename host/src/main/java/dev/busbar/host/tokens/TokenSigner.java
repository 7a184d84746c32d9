package dev.busbar.host.tokens;

import dev.busbar.core.JsonCodec;
import dev.busbar.host.jwt.KeysUnavailableException;
import dev.busbar.host.jwt.TrustedIssuer;
import dev.busbar.host.jwt.VerifiedToken;
import dev.busbar.host.revocations.Revocations;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.io.AbstractSerializer;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;

/** Writes and signs the host's own tokens (RFC 9068), by jjwt. Safe for any number of threads. */
final class TokenSigner {
    private static final JsonCodec JSON = new JsonCodec(TokenSigner.class.getClassLoader());

    private final SigningKeys keys;
    private final Revocations revocations;
    private final TokenSettings settings;
    private final Clock clock;

    TokenSigner(SigningKeys keys, Revocations revocations, TokenSettings settings, Clock clock) {
        this.keys = keys;
        this.revocations = revocations;
        this.settings = settings;
        this.clock = clock;
    }

    Tokens.Issued sign(Grant grant) {
        SigningKey key = keys.signing();
        Instant now = clock.instant();
        Instant issuedAt = revocations.earliestIssue(grant.subject(), now).truncatedTo(ChronoUnit.SECONDS);
        Duration asked = grant.life().orElse(settings.life());
        Duration life = asked.compareTo(settings.longestLife()) > 0 ? settings.longestLife() : asked;
        Instant end = now.plus(life).truncatedTo(ChronoUnit.SECONDS);
        Instant expiresAt = grant.notAfter()
                .filter(end::isAfter)
                .map(last -> last.truncatedTo(ChronoUnit.SECONDS))
                .orElse(end);
        VerifiedToken token = new VerifiedToken(
                        "",
                        grant.subject(),
                        grant.clientId(),
                        UUID.randomUUID().toString(),
                        Optional.of(grant.scope()),
                        List.copyOf(new TreeSet<>(grant.roles())),
                        false,
                        issuedAt,
                        expiresAt,
                        key.id(),
                        "")
                .verifiedBy(keys.find(key.id())
                        .orElseThrow(() -> new KeysUnavailableException("the signing key was revoked meanwhile")));
        String text = Jwts.builder()
                .json(new HeaderSerializer())
                .header()
                .type(TrustedIssuer.Rules.ACCESS_TOKEN)
                .keyId(key.id())
                .and()
                .content(JSON.encode(claims(token)))
                .signWith(key.pair().getPrivate(), Jwts.SIG.RS256)
                .compact();
        return new Tokens.Issued(text, token);
    }

    private Map<String, Object> claims(VerifiedToken token) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", settings.issuer());
        claims.put("aud", settings.tokenAudience());
        claims.put("sub", token.subject());
        claims.put("client_id", token.clientId());
        claims.put("jti", token.tokenId());
        claims.put("iat", token.issuedAt().getEpochSecond());
        claims.put("exp", token.expiresAt().getEpochSecond());
        claims.put("scope", String.join(" ", token.scope().orElse(List.of())));
        claims.put("roles", token.roles());
        return claims;
    }

    /** Serializes the header for jjwt. */
    private static final class HeaderSerializer extends AbstractSerializer<Map<String, ?>> {
        @Override
        protected void doSerialize(Map<String, ?> header, OutputStream out) throws IOException {
            out.write(JSON.encode(header));
        }
    }
}
