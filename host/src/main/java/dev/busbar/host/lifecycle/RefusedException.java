package dev.busbar.host.lifecycle;

import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says why an intent was not carried out, in one sentence that a person can act on. Nothing has changed then. */
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(RefusedException.class);

    private final Cause kind;

    /** Whose doing it is. */
    public enum Cause {
        /** The jar is not taken as it is. */
        REJECTED,
        /** The new generation did not load, start or pass its checks. */
        FAILED,
        /** What runs does not allow it. */
        CONFLICT,
        /** Another node has changed the same plugin first. */
        OVERTAKEN,
        /** The operator has not consented to what it would show to everybody. */
        CONSENT,
        /** A platform that it requires does not run yet. */
        WAITING,
        /** There is no such plugin. */
        UNKNOWN,
        /** The host could not do it now. */
        HOST;

        /** Whether the very same may be possible a moment later, when nothing about it was looked at yet. */
        public boolean isTemporary() {
            return this == HOST || this == OVERTAKEN;
        }

        /** Whether what was refused may do at the next start of the host, with nothing about it changed. */
        public boolean isOpen() {
            return this == FAILED || this == WAITING || this == CONSENT;
        }
    }

    /** Refuses. */
    public RefusedException(Cause kind, String reason) {
        super(reason, null, false, false);
        this.kind = kind;
    }

    /** The refusal in what an intent ended with; a fault of the host's own is logged and shows as {@link Cause#HOST}. */
    public static Optional<RefusedException> of(@Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause == null) {
            return Optional.empty();
        }
        if (cause instanceof RefusedException refused) {
            return Optional.of(refused);
        }
        LOG.error("an intent failed", cause);
        return Optional.of(new RefusedException(Cause.HOST, "the host could not do it now; see its log"));
    }

    /** Whose doing it is. */
    public Cause kind() {
        return kind;
    }

    /** The reason. */
    public String reason() {
        return getMessage() == null ? "" : getMessage();
    }
}
