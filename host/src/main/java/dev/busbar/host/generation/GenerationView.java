package dev.busbar.host.generation;

import dev.busbar.host.entry.RunningEntry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One generation as a maintainer sees it.
 *
 * @param generation its number
 * @param version the plugin's version
 * @param sha256 the digest of its jar
 * @param state where it is in its life
 * @param reason why it did not start, or was not closed as it should; empty when all went well
 * @param startedAt when its start began
 * @param leases how many entries into its code are under way
 * @param inside how many threads are in its code
 * @param loans how much it has borrowed of the host
 * @param micros how long the steps of its start took
 * @param running entries that are inside its code, with their stacks
 * @param unload what became of its class loader; empty until it has retired
 */
public record GenerationView(
        long generation,
        String version,
        String sha256,
        GenerationState state,
        Optional<String> reason,
        Instant startedAt,
        int leases,
        int inside,
        int loans,
        Steps micros,
        List<RunningEntry> running,
        Optional<Unload> unload) {

    /**
     * How long each step took, in microseconds; 0 for a step that was not reached.
     *
     * @param load classes and constructor
     * @param start {@code start()} and the declarations
     * @param check the health checks
     * @param publish desired state and route table
     */
    public record Steps(long load, long start, long check, long publish) {}

    /**
     * The entries into one generation at a moment.
     *
     * @param leases how many leases are out
     * @param running how many entries are inside, by kind, such as {@code task}; a kind with none is left out
     */
    public record Load(long generation, int leases, Map<String, Long> running) {}

    /**
     * What became of the class loader of a retired generation.
     *
     * @param collected whether it is gone from memory
     * @param afterMillis for how long it was there, or has been there by now, after retirement
     * @param suspects who may hold it
     */
    public record Unload(boolean collected, long afterMillis, List<String> suspects) {}
}
