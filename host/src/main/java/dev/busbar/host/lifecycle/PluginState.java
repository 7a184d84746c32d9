package dev.busbar.host.lifecycle;

import dev.busbar.host.isolation.InvalidPluginException;

/**
 * State of a plugin on this node. Its transitions are in {@code PluginTransition}; the state of one of its generations is
 * a {@link dev.busbar.host.generation.GenerationState}.
 */
public enum PluginState {
    /** Known by name; nothing was decided yet. */
    DISCOVERED,
    /** A generation is being loaded, started or checked, and none serves. */
    STARTING,
    /** A generation serves. */
    ACTIVE,
    /** Not accepted; waits for another file, another signer, or approval. */
    REJECTED,
    /** Waits for a required platform or for its signature. */
    WAITING,
    /** Did not start, and no previous version serves. */
    FAILED,
    /** Disabled by an operator. */
    DISABLED,
    /** Removed; in a receipt, replaced. */
    RETIRED;

    /** The state of a plugin whose jar may not be loaded. */
    public static PluginState of(InvalidPluginException invalid) {
        if (invalid.isUnsigned()) {
            return WAITING;
        }
        return invalid.isUntrusted() ? REJECTED : FAILED;
    }
}
