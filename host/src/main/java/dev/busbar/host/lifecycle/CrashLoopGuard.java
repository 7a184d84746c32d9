package dev.busbar.host.lifecycle;

import dev.busbar.host.desired.Desired;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.InvalidPluginException;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The guard against crash loops: a digest whose start has crashed the host too often is quarantined, and the last good
 * version runs in its place. Confined to the thread that decides.
 */
final class CrashLoopGuard {
    private static final Logger LOG = LoggerFactory.getLogger(CrashLoopGuard.class);
    /** One crash with no other start under way, or two crashes. */
    private static final int MAX_WEIGHT = 2;
    /** One crash more: what has served before may have crashed with the host without being the cause. */
    private static final int MAX_WEIGHT_SERVED = 3;

    private final Tools tools;

    CrashLoopGuard(Tools tools) {
        this.tools = tools;
    }

    /** Returns whether the digest of a target has crashed the host too often to be started automatically. */
    boolean isQuarantined(Target target) {
        int weight = tools.starts().weight(target.artifact().sha256());
        return switch (target.retries()) {
            case NEVER -> false;
            case BACKOFF -> weight >= MAX_WEIGHT;
            case BACKOFF_SERVED -> weight >= MAX_WEIGHT_SERVED;
        };
    }

    /** The reason why a quarantined target does not run. */
    String reason(Target quarantined) {
        return "the host crashed "
                + tools.starts().crashes(quarantined.artifact().sha256()) + " times while version "
                + quarantined.artifact().version()
                + " was being started, so it is quarantined; replace the jar, or start"
                + " it through the admin API";
    }

    /** The latest earlier version that has caused no crash and can read the state that is there. */
    Optional<Target> lastGood(Target quarantined) {
        for (Desired before : tools.desired().previous(quarantined.desired())) {
            try {
                boolean other = !before.sha256().equals(quarantined.artifact().sha256());
                if (other && tools.starts().weight(before.sha256()) == 0) {
                    Artifact older = tools.artifacts().find(before.sha256());
                    SwapRules.checkState(quarantined.desired(), older, false);
                    SwapRules.checkDocuments(tools.states(), older, false);
                    return Optional.of(new Target(
                            older,
                            before.configuration(),
                            quarantined.desired(),
                            Target.Step.NONE,
                            Target.Retries.BACKOFF_SERVED,
                            reason(quarantined) + "; version " + older.version() + " runs in its place"));
                }
            } catch (InvalidPluginException | ChangeRefusedException | IOException e) {
                LOG.warn(
                        "plugin {}: version {} cannot take its place ({})",
                        before.pluginId(),
                        before.version(),
                        e.toString());
            }
        }
        return Optional.empty();
    }
}
