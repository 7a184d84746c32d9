package dev.busbar.host.generation;

import dev.busbar.core.JsonCodec;
import dev.busbar.host.entry.Door;
import dev.busbar.host.jobs.GenerationJobs;
import java.util.List;
import java.util.function.UnaryOperator;

/** Creates the jobs of one generation; implemented by {@code Host}. Called on its lane. */
@FunctionalInterface
public interface JobsFactory {
    /**
     * Creates the jobs of one generation.
     *
     * @param door the door into its code
     * @param asked the permissions that its manifest requests
     * @param json its binding
     * @param hiding masks secrets of its configuration in a text
     */
    GenerationJobs create(Door door, List<String> asked, JsonCodec json, UnaryOperator<String> hiding);
}
