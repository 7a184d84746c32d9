package dev.busbar.host.tokens;

import java.net.URI;
import java.time.Duration;

/**
 * How the host issues tokens. Immutable.
 *
 * @param issuer the URL of this host as clients know it, which every node shares: the claim {@code iss}
 * @param audience whom the tokens are for: the claim {@code aud}; the issuer when blank
 * @param life how long a token is good when its client asks for nothing else
 * @param longestLife the most a client can ask for
 * @param rotateEvery how long a key signs
 * @param cached how many verified tokens are kept
 */
public record TokenSettings(
        String issuer, String audience, Duration life, Duration longestLife, Duration rotateEvery, int cached) {
    private static final Duration SHORTEST_LIFE = Duration.ofSeconds(10);
    private static final Duration LONGEST_LIFE = Duration.ofHours(24);
    private static final Duration SHORTEST_ROTATION = Duration.ofHours(1);

    /** Rejects settings that would not work, or lifetimes that are not short. */
    public TokenSettings {
        if (!isUrl(issuer)) {
            throw new IllegalArgumentException("issuer: \"" + issuer
                    + "\" (expected: the http or https URL of this host, without query, fragment or slash at its end)");
        }
        audience = audience.isBlank() ? issuer : audience;
        if (life.compareTo(SHORTEST_LIFE) < 0 || life.compareTo(longestLife) > 0) {
            throw new IllegalArgumentException(
                    "life: " + life + " (expected: 10s to longestLife, " + longestLife + ")");
        }
        if (longestLife.compareTo(LONGEST_LIFE) > 0) {
            throw new IllegalArgumentException("longestLife: " + longestLife + " (expected: at most 24h)");
        }
        if (rotateEvery.compareTo(SHORTEST_ROTATION) < 0) {
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
                url,
                Duration.ofMinutes(15),
                Duration.ofHours(1),
                Duration.ofDays(30),
                10_000);
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
