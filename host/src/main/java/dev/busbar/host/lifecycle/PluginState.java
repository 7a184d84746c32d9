package dev.busbar.host.lifecycle;

import dev.busbar.host.isolation.RejectedException;

/** Where a plugin or a generation is in its life. */
public enum PluginState {
    /** Seen, not yet looked at. */
    DISCOVERED,
    /** Checked without running it. */
    RESOLVED,
    /** Loading, starting, checking. */
    STARTING,
    /** Serves. */
    ACTIVE,
    /** Finishes what it has begun. */
    DRAINING,
    /** Gone. */
    RETIRED,
    /** Not taken; waits for another file. */
    REJECTED,
    /** Waits for a platform that it requires. */
    WAITING,
    /** Did not start. */
    FAILED,
    /** Switched off by a maintainer. */
    DISABLED;

    /** Of a plugin whose jar may not be loaded. */
    public static PluginState of(RejectedException refused) {
        if (refused.isUnsigned()) {
            return WAITING;
        }
        return refused.artifact().isPresent() ? REJECTED : FAILED;
    }
}
