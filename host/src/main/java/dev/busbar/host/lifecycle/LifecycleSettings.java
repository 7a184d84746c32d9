package dev.busbar.host.lifecycle;

import dev.busbar.host.generation.GenerationSettings;
import dev.busbar.host.generation.GenerationSettings.Bulkhead;
import dev.busbar.host.trust.TrustSettings;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Settings of the lifecycle of plugins. Immutable.
 *
 * @param places directories
 * @param limits limits of time
 * @param bulkhead what a generation may do at once
 * @param retry the backoff of a start that has failed
 * @param maxVersions the max number of versions of a plugin in its history, the current one among them
 * @param strict whether what development only warns of is refused: the same version with other bytes, public routes
 *     without consent
 * @param trust the signers that the operator trusts
 */
public record LifecycleSettings(
        Places places,
        Limits limits,
        Bulkhead bulkhead,
        Retry retry,
        int maxVersions,
        boolean strict,
        TrustSettings trust) {
    /**
     * Directories.
     *
     * @param folder the drop folder
     * @param bundled the platforms that came with the host; only read
     * @param work shadow copies and scratch directories; the host's own
     */
    public record Places(Path folder, Path bundled, Path work) {}

    /**
     * Limits of time.
     *
     * @param settle how long a file must be unchanged before it counts
     * @param poll the interval at which a folder is polled
     * @param start the max duration of loading, starting and checking together
     * @param close the max duration of {@code close()}
     * @param drainMargin how long after its longest deadline a generation may continue to drain
     * @param stream the max duration of a streaming response after its first byte
     * @param health the pause between two runs of a health check while a generation serves
     */
    public record Limits(
            Duration settle,
            Duration poll,
            Duration start,
            Duration close,
            Duration drainMargin,
            Duration stream,
            Duration health) {}

    /**
     * The exponential backoff of a start that has failed.
     *
     * @param first the first delay
     * @param max the max delay
     */
    public record Retry(Duration first, Duration max) {}

    /** The settings of each generation. */
    GenerationSettings generation(Path scratch) {
        return new GenerationSettings(
                scratch,
                limits.start(),
                limits.close(),
                limits.drainMargin(),
                limits.stream(),
                limits.health(),
                bulkhead);
    }
}
