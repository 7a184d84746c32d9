package dev.busbar.host.lifecycle;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.desired.Desired;
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
 * The audit events of plugins. Their details are the values before and after a change; of a configuration, which may
 * hold secrets, only the digest. Stateless.
 */
final class PluginEvents {
    private static final int MAX_SUSPECTS = 6;

    private PluginEvents() {}

    /** The event of a change of desired state; empty where only the host's own book-keeping changes. */
    static Optional<AuditEvent> changed(Intent intent, Actor actor, Target target, Optional<Desired> before) {
        Desired after = target.desired();
        Map<String, String> details = change(before, after);
        if (intent instanceof Intent.Install install
                && !install.consent().words().isEmpty()) {
            details.put("consent", install.consent().words());
        }
        return action(intent, target.step()).map(action -> done(action, actor, after.pluginId(), details));
    }

    /** The event of a plugin that is disabled. */
    static AuditEvent disabled(Actor actor, Desired last) {
        return done("plugin.disable", actor, last.pluginId(), describe(last, ""));
    }

    /** The event of a plugin that is removed; desired state may never have known it. */
    static AuditEvent removed(String pluginId, Actor actor, Optional<Desired> last) {
        return done(
                "plugin.remove",
                actor,
                pluginId,
                last.map(it -> describe(it, "")).orElse(Map.of()));
    }

    /** The event of a retired generation that is still in memory. */
    static AuditEvent uncollected(LeakReport leak) {
        List<String> suspects = leak.suspects();
        String platform = leak.generation().platform();
        Map<String, String> details = new TreeMap<>();
        details.put("generation", leak.generation().toString());
        for (int i = 0; i < Math.min(suspects.size(), MAX_SUSPECTS); i++) {
            details.put("suspect." + (i + 1), suspects.get(i));
        }
        return new AuditEvent("plugin.uncollected", Actor.HOST, target(platform), AuditEvent.Outcome.FAILED, details);
    }

    private static AuditEvent done(String action, Actor actor, String pluginId, Map<String, String> details) {
        return AuditEvent.done(action, actor, target(pluginId), details);
    }

    private static String target(String pluginId) {
        return "plugin:" + pluginId;
    }

    private static Optional<String> action(Intent intent, Target.Step step) {
        if (intent instanceof Intent.Reload) {
            return Optional.of("plugin.reload");
        }
        if (step == Target.Step.NONE) {
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
        // A retry is recorded as the action that was requested.
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
