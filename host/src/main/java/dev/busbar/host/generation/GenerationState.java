package dev.busbar.host.generation;

/** State of one generation. */
public enum GenerationState {
    /** Loading, starting, or checking. */
    STARTING,
    /** Published: requests are dispatched to it. */
    ACTIVE,
    /** Takes no new entries; those inside finish. */
    DRAINING,
    /** Served once, and is unloaded. */
    RETIRED,
    /** Was never published, and is unloaded. */
    FAILED
}
