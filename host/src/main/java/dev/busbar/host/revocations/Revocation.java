package dev.busbar.host.revocations;

import dev.busbar.host.jwt.VerifiedToken;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Revocation of a token, of the tokens of a subject up to a moment, or of a signing key. Immutable.
 *
 * @param kind the kind of its target
 * @param issuer the configured name of the issuer; empty for this host, and for a subject, whose name says it
 * @param name the {@code jti}, the id of the principal, or the {@code kid}
 * @param cutOff of a subject: tokens issued up to then are revoked; empty for the others
 * @param endsAt the time when every token that it applies to has expired; empty for never
 * @param by the id of the actor
 * @param at the time of the revocation; empty if it is not stored yet
 */
public record Revocation(
        Kind kind,
        String issuer,
        String name,
        Optional<Instant> cutOff,
        Optional<Instant> endsAt,
        String by,
        Optional<Instant> at) {
    /** Kind of the target of a revocation. */
    public enum Kind {
        /** A single token, by its {@code jti}: the text of a token can be written in several ways. */
        TOKEN,
        /** All tokens of a principal that were issued up to a moment. */
        SUBJECT,
        /** All tokens that a key has signed or will. */
        KEY
    }

    /** Time after which a revocation of tokens is deleted: no token lives as long. */
    static final Duration RETENTION = Duration.ofHours(25);

    /** The revocation of one token. */
    public static Revocation of(VerifiedToken token, String by) {
        return new Revocation(
                Kind.TOKEN,
                token.issuer(),
                token.tokenId(),
                Optional.empty(),
                Optional.of(token.expiresAt().plusSeconds(60)),
                by,
                Optional.empty());
    }

    /**
     * A revocation that holds from a moment on.
     *
     * @param moment for a subject: tokens issued up to then are revoked
     */
    public static Revocation of(Kind kind, String issuer, String name, String by, Instant moment) {
        Optional<Instant> cutOff = kind == Kind.SUBJECT ? Optional.of(moment) : Optional.empty();
        Optional<Instant> end = kind == Kind.KEY ? Optional.empty() : Optional.of(moment.plus(RETENTION));
        return new Revocation(kind, issuer, name, cutOff, end, by, Optional.empty());
    }
}
