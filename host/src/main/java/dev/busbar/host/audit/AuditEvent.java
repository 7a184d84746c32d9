package dev.busbar.host.audit;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * An audit event: an action that an actor took or tried. Immutable.
 *
 * @param action the action, as {@code <thing>.<verb>}: {@code key.create}, {@code plugin.rollback}, {@code auth.fail}
 * @param target the object of the action, as {@code <kind>:<id>}: {@code key:4fGh…}, {@code plugin:turbo}
 * @param details further facts, such as the values before and after a change; never a secret
 */
public record AuditEvent(String action, Actor actor, String target, Outcome outcome, Map<String, String> details) {
    /** The outcome of an action. */
    public enum Outcome {
        /** The action was done. */
        DONE,
        /** The actor was not allowed to, or the request was invalid. */
        REFUSED,
        /** The action failed. */
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
