package dev.busbar.host.settings;

import dev.busbar.host.config.Configuration;
import dev.busbar.host.generation.GenerationSettings;
import dev.busbar.host.lifecycle.LifecycleSettings;
import dev.busbar.host.trust.TrustSettings;
import java.nio.file.Path;
import java.time.Duration;

/** Binds the sections {@code swap}, {@code bulkhead} and {@code trust}. Stateless. */
final class LifecycleRules {
    private static final Swap DEFAULTS = new Swap(
            Duration.ofMillis(100),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofMinutes(1),
            Duration.ofSeconds(30),
            5);

    record Swap(
            Duration settle,
            Duration poll,
            Duration startLimit,
            Duration closeLimit,
            Duration drainMargin,
            Duration retryFirst,
            Duration retryLongest,
            Duration healthInterval,
            int keep) {
        Swap {
            if (keep < 1 || keep > 100) {
                throw new IllegalArgumentException("keep: " + keep + " (expected: 1 to 100)");
            }
            if (retryFirst.toMillis() < 10 || retryLongest.compareTo(retryFirst) < 0) {
                throw new IllegalArgumentException("retryFirst: " + retryFirst + ", retryLongest: " + retryLongest
                        + " (expected: at least 10ms, and the longest no shorter than the first)");
            }
            if (healthInterval.toMillis() < 10) {
                throw new IllegalArgumentException("healthInterval: " + healthInterval + " (expected: at least 10ms)");
            }
            if (settle.toMillis() < 10 || poll.toMillis() < 10) {
                throw new IllegalArgumentException(
                        "settle: " + settle + ", poll: " + poll + " (expected: at least 10ms)");
            }
        }
    }

    private LifecycleRules() {}

    static LifecycleSettings bind(Configuration configuration, BaseRules.Places places, Duration streamLimit) {
        Path data = places.data();
        TrustSettings trust = TrustRules.bind(configuration, data);
        Swap swap = configuration.bind("swap", DEFAULTS);
        GenerationSettings.Bulkhead bulkhead =
                configuration.bind("bulkhead", new GenerationSettings.Bulkhead(64, 256, 4));
        LifecycleSettings.Places folders = new LifecycleSettings.Places(
                places.plugins().orElse(data.resolve("plugins")),
                configuration.home().resolve("platforms"),
                data.resolve("work"));
        LifecycleSettings.Limits limits = new LifecycleSettings.Limits(
                swap.settle(),
                swap.poll(),
                swap.startLimit(),
                swap.closeLimit(),
                swap.drainMargin(),
                streamLimit,
                swap.healthInterval());
        boolean strict = configuration.environment().equals("production");
        LifecycleSettings.Retry retry = new LifecycleSettings.Retry(swap.retryFirst(), swap.retryLongest());
        return new LifecycleSettings(folders, limits, bulkhead, retry, swap.keep(), strict, trust);
    }
}
