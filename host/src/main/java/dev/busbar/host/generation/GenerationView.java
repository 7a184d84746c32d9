package dev.busbar.host.generation;

import dev.busbar.host.entry.RunningEntry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A generation as a maintainer sees it. Immutable.
 *
 * @param generation its number
 * @param version the plugin's version
 * @param sha256 the digest of its jar
 * @param state its state
 * @param reason why it did not start, or was not closed properly; empty when all went well
 * @param startedAt when its start began
 * @param leases the number of leases on it
 * @param inside the number of threads inside its code
 * @param loans the number of resources that the host has lent to it
 * @param micros the duration of the steps of its start
 * @param running entries that are inside its code, with their stacks
 * @param health the latest results of its health checks, while it serves
 * @param unload whether its class loader was collected; empty until it has retired
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
        List<Health> health,
        Optional<Unload> unload) {

    /**
     * The latest result of a health check.
     *
     * @param check its name
     * @param status {@code pass}, {@code warn} or {@code fail}
     * @param detail one sentence for an operator; empty when all is well
     * @param at when the result came
     */
    public record Health(String check, String status, String detail, Instant at) {}

    /**
     * The duration of each step, in microseconds; 0 for a step that was not reached.
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
     * @param leases the number of leases
     * @param running the number of entries inside, by kind, such as {@code task}; a kind with none is left out
     */
    public record Load(long generation, int leases, Map<String, Long> running) {}

    /** What is known about the class loader of a retired generation. */
    public enum UnloadState {
        /** Not known yet: too few garbage collections have run since. */
        PENDING,
        /** Collected. */
        COLLECTED,
        /** Something holds it: several collections could have removed it and did not. */
        HELD
    }

    /**
     * The class loader of a retired generation.
     *
     * @param state what is known about it
     * @param collected whether it was collected
     * @param afterMillis for how long it was in memory after the retirement, or has been until now
     * @param suspects who may hold it
     */
    public record Unload(UnloadState state, boolean collected, long afterMillis, List<String> suspects) {}
}
