package dev.busbar.host.lifecycle;

import java.time.Duration;

/**
 * The end of a swap, successful or not. Immutable.
 *
 * @param took the time from the request to the end
 */
public record SwapEnded(String pluginId, Outcome outcome, Duration took) {
    /** The outcome of a swap. */
    public enum Outcome {
        /** The new generation serves. */
        PUBLISHED,
        /** Its start failed, or the host could not do it. */
        FAILED,
        /** Its public routes are not approved. */
        REFUSED
    }
}
