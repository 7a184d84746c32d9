package dev.busbar.host.lifecycle;

import java.time.Duration;

/** Who is told how swaps end; implemented by what measures. Called on the thread that decides, so it must not wait. */
@FunctionalInterface
public interface SwapWatch {
    /** Tells nobody. */
    SwapWatch NONE = (pluginId, outcome, took) -> {};

    /** How a swap ended. */
    enum Outcome {
        /** The new generation serves. */
        PUBLISHED,
        /** Its start failed, or the host could not do it. */
        FAILED,
        /** Something asked for consent that was not given. */
        REFUSED
    }

    /** A swap has ended. */
    void ended(String pluginId, Outcome outcome, Duration took);
}
