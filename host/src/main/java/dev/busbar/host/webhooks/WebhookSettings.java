package dev.busbar.host.webhooks;

/**
 * The settings of webhooks. Immutable.
 *
 * @param allowPrivate permits URLs in private networks and on loopback, and {@code http}
 * @param perPrincipal the max number of webhooks of one principal
 */
public record WebhookSettings(boolean allowPrivate, int perPrincipal) {
    /** The default settings. */
    public static final WebhookSettings DEFAULTS = new WebhookSettings(false, 20);

    private static final int MAX = 1_000;

    /** Validates the values. */
    public WebhookSettings {
        if (perPrincipal < 0 || perPrincipal > MAX) {
            throw new IllegalArgumentException("perPrincipal: " + perPrincipal + " (expected: 0 to " + MAX + ")");
        }
    }
}
