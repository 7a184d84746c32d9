package dev.busbar.host.audit;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Something that somebody did, or was kept from doing. Immutable.
 *
 * @param action what, as {@code <thing>.<verb>}: {@code key.create}, {@code plugin.rollback}, {@code auth.fail}
 * @param actor who
 * @param target to what, as {@code <kind>:<id>}: {@code key:4fGh…}, {@code plugin:turbo}
 * @param outcome how it ended
 * @param details what else is worth proving, such as what changed from what to what; never a secret
 */
public record AuditEvent(String action, Actor actor, String target, Outcome outcome, Map<String, String> details) {
    /** How it ended. */
    public enum Outcome {
        /** It was done. */
        DONE,
        /** Who asked was not allowed to, or what was asked did not fit. */
        REFUSED,
        /** It was tried and did not work. */
        FAILED,
        /** Somebody has written over what was there; never recorded. */
        UNREADABLE;

        /** The outcome of a name; what is no name of one is unreadable. */
        static Outcome of(String name) {
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

    /** Something that was done. */
    public static AuditEvent done(String action, Actor actor, String target, Map<String, String> details) {
        return new AuditEvent(action, actor, target, Outcome.DONE, details);
    }
}
