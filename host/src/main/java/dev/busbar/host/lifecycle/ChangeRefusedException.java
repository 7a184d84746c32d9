package dev.busbar.host.lifecycle;

import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A change that was refused, with the reason in one sentence that a person can act on. Nothing has changed then. */
public final class ChangeRefusedException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(ChangeRefusedException.class);

    private final Cause kind;
    private final boolean permanent;

    /** The kinds of reasons. */
    public enum Cause {
        /** The jar is not accepted as it is. */
        REJECTED,
        /** The new generation did not load, start or pass its checks. */
        FAILED,
        /** It conflicts with what runs. */
        CONFLICT,
        /** Another node has changed the same plugin first. */
        OVERTAKEN,
        /** The operator has not approved its public routes. */
        CONSENT,
        /** A platform that it requires does not run yet. */
        WAITING,
        /** There is no such plugin. */
        UNKNOWN,
        /** The host could not do it now. */
        HOST;

        /** Returns whether the same change may be possible a moment later: nothing about it was decided yet. */
        public boolean isTemporary() {
            return this == HOST || this == OVERTAKEN;
        }

        /** Returns whether an unchanged jar may be accepted at the next start of the host. */
        public boolean isOpen() {
            return this == FAILED || this == WAITING || this == CONSENT;
        }
    }

    /** A refusal. */
    public ChangeRefusedException(Cause kind, String reason) {
        this(kind, reason, false);
    }

    private ChangeRefusedException(Cause kind, String reason, boolean permanent) {
        super(reason, null, false, false);
        this.kind = kind;
        this.permanent = permanent;
    }

    /**
     * The refusal of a generation that did not start.
     *
     * @param permanent whether the same jar with the same configuration fails in the same way at each attempt
     */
    static ChangeRefusedException failed(String reason, boolean permanent) {
        return new ChangeRefusedException(Cause.FAILED, reason, permanent);
    }

    /** Returns whether a retry of the same jar with the same configuration cannot help. */
    boolean isPermanent() {
        return permanent;
    }

    /** The refusal in the failure of an intent; a fault of the host itself is logged and becomes {@link Cause#HOST}. */
    public static Optional<ChangeRefusedException> of(@Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause == null) {
            return Optional.empty();
        }
        if (cause instanceof ChangeRefusedException refused) {
            return Optional.of(refused);
        }
        LOG.error("an intent failed", cause);
        return Optional.of(new ChangeRefusedException(Cause.HOST, "the host could not do it now; see its log"));
    }

    /** The kind of the reason. */
    public Cause kind() {
        return kind;
    }

    /** The reason. */
    public String reason() {
        return getMessage() == null ? "" : getMessage();
    }
}
