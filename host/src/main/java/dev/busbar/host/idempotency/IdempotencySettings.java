package dev.busbar.host.idempotency;

import dev.busbar.host.contract.RouteContract;
import dev.busbar.plugin.HttpMethod;
import java.time.Duration;

/**
 * The settings of idempotent requests.
 *
 * @param enabled whether the header is evaluated
 * @param keep how long a key is remembered
 * @param maxBodyBytes the max size of the body of such a request, and of a stored response
 * @param maxPerPrincipal the max count of unexpired keys of one principal
 * @param maxBytesPerPrincipal the max size of the stored responses of one principal, in bytes
 * @param maxBytes the max size of all stored responses, in bytes
 */
public record IdempotencySettings(
        boolean enabled,
        Duration keep,
        int maxBodyBytes,
        int maxPerPrincipal,
        long maxBytesPerPrincipal,
        long maxBytes) {
    private static final Duration MIN_KEEP = Duration.ofMinutes(1);
    private static final Duration MAX_KEEP = Duration.ofDays(30);
    private static final int MIN_BODY_BYTES = 1 << 10;
    private static final int MAX_BODY_BYTES = 16 << 20;
    private static final int MAX_KEYS = 1_000_000;

    /** A day, 1 MiB, ten thousand keys, 64 MiB of one principal, 1 GiB of all. */
    public static final IdempotencySettings DEFAULTS =
            new IdempotencySettings(true, Duration.ofDays(1), 1 << 20, 10_000, 64L << 20, 1L << 30);

    /**
     * Validates.
     *
     * @throws IllegalArgumentException for a value out of its range
     */
    public IdempotencySettings {
        if (keep.compareTo(MIN_KEEP) < 0 || keep.compareTo(MAX_KEEP) > 0) {
            throw new IllegalArgumentException("keep: " + keep + " (expected: 1m to 30d)");
        }
        if (maxBodyBytes < MIN_BODY_BYTES || maxBodyBytes > MAX_BODY_BYTES) {
            throw new IllegalArgumentException(
                    "maxBodyBytes: " + maxBodyBytes + " (expected: " + MIN_BODY_BYTES + " to " + MAX_BODY_BYTES + ")");
        }
        if (maxPerPrincipal < 1 || maxPerPrincipal > MAX_KEYS) {
            throw new IllegalArgumentException(
                    "maxPerPrincipal: " + maxPerPrincipal + " (expected: 1 to " + MAX_KEYS + ")");
        }
        if (maxBytesPerPrincipal < maxBodyBytes || maxBytesPerPrincipal > maxBytes) {
            throw new IllegalArgumentException("maxBytesPerPrincipal: " + maxBytesPerPrincipal
                    + " (expected: maxBodyBytes, which is " + maxBodyBytes + ", to maxBytes, which is " + maxBytes
                    + ")");
        }
    }

    /**
     * Returns whether requests with a key run once on a route: {@code POST} routes of platforms, unless they are pure. The
     * host's own routes define themselves what a repetition does.
     */
    public boolean concerns(RouteContract route) {
        return enabled && !route.isOfHost() && route.method() == HttpMethod.POST && route.changesState();
    }
}
