package dev.busbar.host.tokens;

import java.time.Instant;
import java.util.Optional;

/**
 * Something that holds no more before its time. Immutable.
 *
 * @param kind what it is about
 * @param issuer the configured name of the issuer; empty for this host, and for a subject, whose name says it
 * @param name the {@code jti}, the id of the principal, or the {@code kid}
 * @param cutOff of a subject: what was issued up to then is void; empty for the others
 * @param endsAt when nothing is left that it could be about; empty when that is never
 * @param by who has revoked it
 * @param at when; empty where it is not known yet
 */
public record Revocation(
        Kind kind,
        String issuer,
        String name,
        Optional<Instant> cutOff,
        Optional<Instant> endsAt,
        String by,
        Optional<Instant> at) {
    /** What can be revoked. */
    public enum Kind {
        /** One token, by its {@code jti}: one token can be spelt in several ways. */
        TOKEN,
        /** All tokens of a principal that were issued up to a moment. */
        SUBJECT,
        /** All tokens that a key has signed or will. */
        KEY
    }
}
