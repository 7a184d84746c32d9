package dev.busbar.host.entry;

import dev.busbar.host.pipeline.Acting;
import dev.busbar.host.pipeline.Meters;
import java.util.function.Supplier;

/** Factory of the doors of all generations of a host. Thread-safe. */
public final class Doors {
    private final Meters meters;
    private final Supplier<String> correlationIds;

    /**
     * Doors that are counted.
     *
     * @param correlationIds creates correlation ids for entries that no request has started
     */
    public Doors(Meters meters, Supplier<String> correlationIds) {
        this.meters = meters;
        this.correlationIds = correlationIds;
    }

    /** The door of a generation. */
    public Door door(Generation generation) {
        return new Door(generation, new EntryCounts(meters, generation.platform()));
    }

    /** The acting of an entry that no request has started, with a new correlation id. */
    public Acting alone() {
        return Acting.alone(correlationIds.get());
    }
}
