package dev.busbar.host.audit;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * An audit event: an action that an actor took, or was kept from taking. Immutable.
 *
 * @param action the action, as {@code <thing>.<verb>}: {@code key.create}, {@code plugin.rollback}, {@code auth.fail}
 * @param target the object of the action, as {@code <kind>:<id>}: {@code key:4fGh…}, {@code plugin:turbo}
 * @param details what else is worth proving, such as the values before and after a change; never a secret
 */
public record AuditEvent(String action, Actor actor, String target, Outcome outcome, Map<String, String> details) {
    /** The outcome of an action. */
    public enum Outcome {
        /** It was done. */
        DONE,
        /** The actor was not allowed to, or the request was invalid. */
        REFUSED,
        /** It was tried and did not work. */
        FAILED,
        /** The stored outcome was overwritten; read from a damaged record, never recorded. */
        UNREADABLE;

        /** The outcome of a stored name; an unknown name is {@link #UNREADABLE}. */
        public static Outcome of(String name) {
            return Arrays.stream(values())
                    .filter(outcome -> outcome.name().equals(name))
                    .findFirst()
                    .orElse(UNREADABLE);
        }
    }

    /** Sorts and copies the details. */
    public AuditEvent {
        details = Collections.unmodifiableMap(new TreeMap<>(details));
    }

    /** An event of an action that was done. */
    public static AuditEvent done(String action, Actor actor, String target, Map<String, String> details) {
        return new AuditEvent(action, actor, target, Outcome.DONE, details);
    }
}
