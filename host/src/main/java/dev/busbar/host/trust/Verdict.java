package dev.busbar.host.trust;

/**
 * What is known of who vouches for a jar. Immutable.
 *
 * @param kind whether somebody trusted does
 * @param reason who does, or one sentence that a person can act on
 */
public record Verdict(Kind kind, String reason) {
    /** Whether somebody trusted vouches for it. */
    public enum Kind {
        /** A trusted signer does. */
        SIGNED,
        /** It came with the host. */
        BUNDLED,
        /** There is no signature. */
        UNSIGNED,
        /** There is one, and it is not enough. */
        WRONG
    }

    static Verdict wrong(String reason) {
        return new Verdict(Kind.WRONG, reason);
    }

    /** Whether it may be loaded where signatures are required. */
    public boolean isGood() {
        return kind == Kind.SIGNED || kind == Kind.BUNDLED;
    }
}
