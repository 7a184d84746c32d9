package dev.busbar.host.lifecycle;

import java.util.Optional;

/**
 * Says that a change of desired state was not made, because another node has changed the same plugin first and this one
 * has not seen that yet. Nothing was written.
 */
final class OvertakenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Optional<DesiredStore.Stored> now;

    OvertakenException(String pluginId, Optional<DesiredStore.Stored> now) {
        super(
                "plugin " + pluginId + " was changed on another node at the same time ("
                        + now.map(stored -> stored.desired().enabled()
                                        ? "version " + stored.desired().version() + " shall run"
                                        : "it is disabled")
                                .orElse("it is removed")
                        + "); look at it and try again",
                null,
                false,
                false);
        this.now = now;
    }

    /** Desired state of the plugin as the other node has left it; empty where it was removed. */
    Optional<DesiredStore.Stored> now() {
        return now;
    }

    /** The refusal of the intent whose change was not made. */
    RefusedException refusal() {
        return new RefusedException(RefusedException.Cause.OVERTAKEN, String.valueOf(getMessage()));
    }
}
