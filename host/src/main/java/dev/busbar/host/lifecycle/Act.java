package dev.busbar.host.lifecycle;

import dev.busbar.host.leaks.LeakReport;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Something done to a plugin, as it goes on record. Immutable.
 *
 * @param action such as {@code plugin.install}
 * @param details what changed from what to what; of a configuration, which may hold secrets, only the digest
 */
public record Act(String action, String pluginId, By by, Map<String, String> details) {
    private static final int MOST_SUSPECTS = 6;

    /** Desired state after an intent, as an act; empty where only the host's own book-keeping changes. */
    static Optional<Act> of(Intent intent, By by, Goal goal, Optional<Desired> before) {
        Desired after = goal.wanted();
        Map<String, String> details = change(before, after);
        if (intent instanceof Intent.Install install
                && !install.consent().words().isEmpty()) {
            details.put("consent", install.consent().words());
        }
        return name(intent, goal.step()).map(action -> new Act(action, after.pluginId(), by, details));
    }

    /** The same for what is stopped or forgotten. */
    static Act of(String action, By by, Desired last) {
        return new Act(action, last.pluginId(), by, describe(last, ""));
    }

    /** A plugin that is to be forgotten; desired state may never have known it. */
    static Act removed(String pluginId, By by, Optional<Desired> last) {
        return new Act(
                "plugin.remove", pluginId, by, last.map(it -> describe(it, "")).orElse(Map.of()));
    }

    /** A generation that should be gone and is not. */
    static Act uncollected(LeakReport leak) {
        List<String> suspects = leak.suspects();
        Map<String, String> details = new TreeMap<>();
        details.put("generation", leak.generation().toString());
        for (int i = 0; i < Math.min(suspects.size(), MOST_SUSPECTS); i++) {
            details.put("suspect." + (i + 1), suspects.get(i));
        }
        return new Act("plugin.uncollected", leak.generation().platform(), By.HOST, details);
    }

    private static Optional<String> name(Intent intent, Goal.Step step) {
        if (intent instanceof Intent.Reload) {
            return Optional.of("plugin.reload");
        }
        if (step == Goal.Step.NONE) {
            return Optional.empty();
        }
        if (intent instanceof Intent.Install) {
            return Optional.of("plugin.install");
        }
        if (intent instanceof Intent.Configure) {
            return Optional.of("plugin.configure");
        }
        if (intent instanceof Intent.Enable) {
            return Optional.of("plugin.enable");
        }
        // What is tried again later is still what somebody had wished for.
        return switch (step) {
            case INSTALL, TAKE -> Optional.of("plugin.install");
            case ROLLBACK -> Optional.of("plugin.rollback");
            case UPDATE, NONE -> Optional.empty();
        };
    }

    private static Map<String, String> change(Optional<Desired> before, Desired after) {
        Map<String, String> details = new TreeMap<>(describe(after, ""));
        before.filter(old -> !old.runsTheSameAs(after)).ifPresent(old -> details.putAll(describe(old, "from.")));
        return details;
    }

    private static Map<String, String> describe(Desired it, String prefix) {
        Map<String, String> details = new TreeMap<>();
        details.put(prefix + "version", it.version());
        details.put(prefix + "sha256", it.sha256());
        details.put(prefix + "source", it.origin().source().name());
        if (!it.origin().fileName().isEmpty()) {
            details.put(prefix + "file", it.origin().fileName());
        }
        if (!it.configuration().isEmpty()) {
            details.put(prefix + "configuration", sha256(it.configuration()));
        }
        return details;
    }

    private static String sha256(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
