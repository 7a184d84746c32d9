package dev.busbar.host.trust;

/**
 * A trust decision on a jar. Immutable.
 *
 * @param kind the outcome
 * @param reason the signer, or one sentence that tells a person what to do
 */
public record Verdict(Kind kind, String reason) {
    /** The outcome of a trust decision. */
    public enum Kind {
        /** It has the signature of a trusted signer. */
        SIGNED,
        /** It is bundled with the host. */
        BUNDLED,
        /** It has no signature. */
        UNSIGNED,
        /** It has a signature that is invalid or not trusted. */
        WRONG
    }

    static Verdict wrong(String reason) {
        return new Verdict(Kind.WRONG, reason);
    }

    /** Whether the jar may be loaded if signatures are required. */
    public boolean isGood() {
        return kind == Kind.SIGNED || kind == Kind.BUNDLED;
    }
}
