package dev.busbar.host.lifecycle;

import dev.busbar.host.generation.GenerationSettings.Bulkhead;
import dev.busbar.host.trust.TrustSettings;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How plugins are taken in and run.
 *
 * @param places where things are
 * @param limits how long a plugin may take for what
 * @param bulkhead how much a generation may do at once
 * @param retry when a start that has failed is tried again
 * @param kept how many versions of a plugin are kept, the one that runs among them
 * @param strict whether what development only warns of is refused: the same version with other bytes, public routes
 *     without consent
 * @param trust whom the operator trusts
 */
public record LifecycleSettings(
        Places places, Limits limits, Bulkhead bulkhead, Retry retry, int kept, boolean strict, TrustSettings trust) {
    /**
     * Where things are.
     *
     * @param folder the drop folder
     * @param bundled the platforms that came with the host; only read
     * @param work shadow copies and scratch directories; the host's own
     */
    public record Places(Path folder, Path bundled, Path work) {}

    /**
     * How long things may take.
     *
     * @param settle how long a file must stand still before it counts
     * @param poll how often a folder is looked at when nothing is known to change
     * @param start how long loading, starting and checking may take together
     * @param close how long {@code close()} may take
     * @param drainMargin how long after its longest deadline a generation may go on draining
     * @param stream how long a streamed answer may take after its first byte
     */
    public record Limits(
            Duration settle, Duration poll, Duration start, Duration close, Duration drainMargin, Duration stream) {}

    /**
     * When a start that has failed is tried again, each time after twice as long.
     *
     * @param first after how long at first
     * @param longest after how long at most
     */
    public record Retry(Duration first, Duration longest) {}
}
