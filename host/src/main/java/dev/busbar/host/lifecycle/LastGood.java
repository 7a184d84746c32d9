package dev.busbar.host.lifecycle;

import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.RejectedException;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What runs in the place of a digest that has killed the process. Confined to the thread that decides. */
final class LastGood {
    private static final Logger LOG = LoggerFactory.getLogger(LastGood.class);
    /** One death with nobody else being started, or two. */
    private static final int WEIGHT_OF_NEW = 2;
    /** The same once more: what has run before may have died with the host for no fault of its own. */
    private static final int WEIGHT_OF_KNOWN = 3;

    private final Decider decider;

    LastGood(Decider decider) {
        this.decider = decider;
    }

    /** Whether a goal is not gone for by itself any more. */
    boolean isDeadly(Goal goal) {
        int weight = decider.journal().weight(goal.artifact().sha256());
        return switch (goal.pursuit()) {
            case ONCE -> false;
            case LASTING -> weight >= WEIGHT_OF_NEW;
            case RESUMED -> weight >= WEIGHT_OF_KNOWN;
        };
    }

    String reason(Goal deadly) {
        return "the host died " + decider.journal().crashes(deadly.artifact().sha256()) + " times while version "
                + deadly.artifact().version() + " was being started, so it is not started by itself; put another jar in"
                + " its place, or start it through the admin API";
    }

    /** The latest version before it that has killed nobody and can go on with the state that is there. */
    Optional<Goal> before(Goal deadly) {
        for (Desired before : decider.desired().previous(deadly.wanted())) {
            try {
                boolean other = !before.sha256().equals(deadly.artifact().sha256());
                if (other && decider.journal().weight(before.sha256()) == 0) {
                    Artifact older = decider.artifacts().find(before.sha256());
                    SwapRules.checkState(deadly.wanted(), older, false);
                    return Optional.of(new Goal(
                            older,
                            before.configuration(),
                            deadly.wanted(),
                            Goal.Step.NONE,
                            Goal.Pursuit.RESUMED,
                            reason(deadly) + "; version " + older.version() + " runs in its place"));
                }
            } catch (RejectedException | RefusedException | IOException e) {
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
