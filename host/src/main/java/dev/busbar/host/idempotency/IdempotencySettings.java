package dev.busbar.host.idempotency;

import dev.busbar.host.contract.RouteContract;
import dev.busbar.plugin.HttpMethod;
import java.time.Duration;

/**
 * How requests with an {@code Idempotency-Key} are treated.
 *
 * @param enabled whether the field is looked at
 * @param keep for how long what became of a key is remembered
 * @param maxBodyBytes how many bytes the body of such a request may have, and of an answer that is kept
 * @param maxPerPrincipal how many keys of one caller are remembered at a time
 */
public record IdempotencySettings(boolean enabled, Duration keep, int maxBodyBytes, int maxPerPrincipal) {
    private static final Duration LEAST_KEEP = Duration.ofMinutes(1);
    private static final Duration MOST_KEEP = Duration.ofDays(30);
    private static final int LEAST_BODY_BYTES = 1 << 10;
    private static final int MOST_BODY_BYTES = 16 << 20;
    private static final int MOST_KEYS = 1_000_000;

    /** A day, 1 MiB, ten thousand keys. */
    public static final IdempotencySettings DEFAULTS =
            new IdempotencySettings(true, Duration.ofDays(1), 1 << 20, 10_000);

    /**
     * Checks.
     *
     * @throws IllegalArgumentException when keys would be forgotten while they are in use, or there is no room for one
     */
    public IdempotencySettings {
        if (keep.compareTo(LEAST_KEEP) < 0 || keep.compareTo(MOST_KEEP) > 0) {
            throw new IllegalArgumentException("keep: " + keep + " (expected: 1m to 30d)");
        }
        if (maxBodyBytes < LEAST_BODY_BYTES || maxBodyBytes > MOST_BODY_BYTES) {
            throw new IllegalArgumentException("maxBodyBytes: " + maxBodyBytes + " (expected: " + LEAST_BODY_BYTES
                    + " to " + MOST_BODY_BYTES + ")");
        }
        if (maxPerPrincipal < 1 || maxPerPrincipal > MOST_KEYS) {
            throw new IllegalArgumentException(
                    "maxPerPrincipal: " + maxPerPrincipal + " (expected: 1 to " + MOST_KEYS + ")");
        }
    }

    /**
     * Whether a request with a key runs once there. What only computes may run as often as it likes; the host's own
     * routes say themselves what happens twice.
     */
    public boolean concerns(RouteContract route) {
        return enabled && !route.isOfHost() && route.method() == HttpMethod.POST && route.changesState();
    }
}
