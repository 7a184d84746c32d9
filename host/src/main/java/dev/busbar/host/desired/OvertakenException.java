package dev.busbar.host.desired;

import java.util.Optional;

/**
 * A change of desired state that was not made, because another node has changed the same plugin first and this node has
 * not seen that yet. Nothing was written.
 */
public final class OvertakenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Optional<DesiredStore.Stored> now;
    private final long asOf;

    /** @param asOf the revision up to which all changes are in what was read */
    OvertakenException(String pluginId, Optional<DesiredStore.Stored> now, long asOf) {
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
        this.asOf = asOf;
    }

    /** Desired state of the plugin as the other node has left it; empty where it was removed. */
    public Optional<DesiredStore.Stored> now() {
        return now;
    }

    /** The revision up to which all changes are in {@link #now}. */
    public long asOf() {
        return asOf;
    }

    /** The reason, in one sentence. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
