package dev.busbar.host.lifecycle;

/**
 * What a maintainer has allowed by hand.
 *
 * @param downgrade a lower version than the one that runs
 */
public record Consent(boolean downgrade) {
    /** Nothing out of the ordinary. */
    public static final Consent NONE = new Consent(false);
}
