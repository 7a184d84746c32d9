package dev.busbar.host;

import dev.busbar.host.admin.HostRoute;
import java.util.List;

/**
 * A part of the host: objects that are built together, over their settings and earlier parts. Its constructor adds each
 * resource to {@link Opened} as soon as that is open. Parts are built by the thread that starts the host.
 */
interface Part {
    /** The host's own routes over this part. */
    default List<HostRoute> routes() {
        return List.of();
    }

    /** Schedules the periodic work of this part; called once, when all parts are built. */
    default void schedule(Ticks ticks) {}

    /** The parts that serving is built on. */
    record Earlier(Storage storage, Identity identity, Observation observation, Traffic traffic) {}
}
