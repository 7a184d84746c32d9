package dev.busbar.host.tokens;

import java.net.URI;
import java.time.Duration;

/**
 * Settings of the issue of tokens. Immutable.
 *
 * @param issuer the URL of this host as clients know it, which every node shares: the claim {@code iss}
 * @param audience the audience of the tokens, the claim {@code aud}; blank for the issuer
 * @param life the default lifetime of a token
 * @param longestLife the maximum lifetime that a client can request
 * @param rotateEvery the time after which a signing key is rotated
 * @param cached the maximum number of cached tokens
 */
public record TokenSettings(
        String issuer, String audience, Duration life, Duration longestLife, Duration rotateEvery, int cached) {
    private static final Duration MIN_LIFETIME = Duration.ofSeconds(10);
    private static final Duration MAX_LIFETIME = Duration.ofHours(24);
    private static final Duration MIN_ROTATION = Duration.ofHours(1);

    /** Rejects settings that would not work, or lifetimes that are not short. */
    public TokenSettings {
        if (!isUrl(issuer)) {
            throw new IllegalArgumentException("issuer: \"" + issuer
                    + "\" (expected: the http or https URL of this host, without query, fragment or slash at its end)");
        }
        if (life.compareTo(MIN_LIFETIME) < 0 || life.compareTo(longestLife) > 0) {
            throw new IllegalArgumentException(
                    "life: " + life + " (expected: 10s to longestLife, " + longestLife + ")");
        }
        if (longestLife.compareTo(MAX_LIFETIME) > 0) {
            throw new IllegalArgumentException("longestLife: " + longestLife + " (expected: at most 24h)");
        }
        if (rotateEvery.compareTo(MIN_ROTATION) < 0) {
            throw new IllegalArgumentException("rotateEvery: " + rotateEvery + " (expected: at least 1h)");
        }
        if (cached < 100 || cached > 1_000_000) {
            throw new IllegalArgumentException("cached: " + cached + " (expected: 100 to 1000000)");
        }
    }

    /** The defaults of a host at a URL; an invalid URL is rejected elsewhere. */
    public static TokenSettings of(String url) {
        return new TokenSettings(
                isUrl(url) ? url : "http://localhost",
                "",
                Duration.ofMinutes(15),
                Duration.ofHours(1),
                Duration.ofDays(30),
                10_000);
    }

    /** The claim {@code aud}. */
    String tokenAudience() {
        return audience.isBlank() ? issuer : audience;
    }

    /** True if the issuer is the address of this host, whose port the system picks when it listens. */
    boolean awaitsPort() {
        return URI.create(issuer).getPort() == 0;
    }

    /** A copy with the URL at which the host listens as the issuer. */
    TokenSettings at(String url) {
        return new TokenSettings(url, audience, life, longestLife, rotateEvery, cached);
    }

    private static boolean isUrl(String text) {
        try {
            URI uri = URI.create(text);
            return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && uri.getRawUserInfo() == null
                    && !text.endsWith("/");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
