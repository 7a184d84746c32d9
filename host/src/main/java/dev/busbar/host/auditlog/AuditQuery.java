package dev.busbar.host.auditlog;

import dev.busbar.host.audit.AuditEvent;
import java.time.Instant;
import java.util.Optional;

/**
 * Which records somebody wants to see; what is empty does not narrow. Immutable.
 *
 * @param actor id of who did it
 * @param action what its name begins with, such as {@code key.}
 * @param target to what
 * @param outcome how it ended
 * @param since not earlier
 * @param until earlier than this
 */
public record AuditQuery(
        Optional<String> actor,
        Optional<String> action,
        Optional<String> target,
        Optional<AuditEvent.Outcome> outcome,
        Optional<Instant> since,
        Optional<Instant> until) {
    /** All of them. */
    public static final AuditQuery ALL = new AuditQuery(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
