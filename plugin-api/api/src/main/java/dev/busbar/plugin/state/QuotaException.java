package dev.busbar.plugin.state;

/**
 * The refusal of a write, because the platform has used up the space that the maintainer gives it. Nothing was stored; what
 * makes nothing larger is still possible.
 */
public final class QuotaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long quota;

    private QuotaException(String message, long quota) {
        super(message);
        this.quota = quota;
    }

    /**
     * A refusal.
     *
     * @param platform the id of the platform
     * @param what is used up, such as {@code bytes of documents}
     * @param needed how much there would be
     * @param quota how much there may be
     * @param setting the key of the configuration of the host
     */
    public static QuotaException of(String platform, String what, long needed, long quota, String setting) {
        return new QuotaException(
                "platform " + platform + ": " + needed + " " + what + " (expected: at most " + quota + ", " + setting
                        + ")",
                quota);
    }

    /** How much there may be. */
    public long quota() {
        return quota;
    }
}
