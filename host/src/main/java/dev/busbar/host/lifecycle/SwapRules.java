package dev.busbar.host.lifecycle;

import com.github.zafarkhaja.semver.Version;
import dev.busbar.host.desired.Desired;
import dev.busbar.host.desired.Origin;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.StateSchemas;
import dev.busbar.host.lifecycle.ChangeRefusedException.Cause;
import dev.busbar.host.state.States;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules of which version may replace which, decided without running anything. Stateless.
 */
final class SwapRules {
    private static final Logger LOG = LoggerFactory.getLogger(SwapRules.class);

    private SwapRules() {}

    /**
     * Checks a candidate against what shall run.
     *
     * @param active the artifact that serves, or null
     * @param strict whether what development only warns of is refused
     * @throws ChangeRefusedException when it must not replace it
     */
    static void check(Desired before, Intent.Install install, @Nullable Artifact active, boolean strict)
            throws ChangeRefusedException {
        Artifact candidate = install.artifact();
        Version now = Version.parse(before.version());
        int order = candidate.version().compareToIgnoreBuildMetadata(now);
        boolean isSuperseded = install.origin().source() == Origin.Source.BUNDLED
                && before.origin().source() != Origin.Source.BUNDLED
                && !install.consent().downgrade()
                && order <= 0;
        if (isSuperseded) {
            throw new ChangeRefusedException(
                    Cause.CONFLICT,
                    "version " + now + " from " + place(before, install)
                            + " takes precedence over the bundled version");
        }
        if (order < 0 && !install.consent().downgrade()) {
            throw new ChangeRefusedException(
                    Cause.CONFLICT,
                    "version " + candidate.version() + " is lower than " + now + " from " + place(before, install)
                            + ", which shall run; allow the downgrade (?allowDowngrade=true, or, where the"
                            + " folder may consent, a file <jar>.allow with the word downgrade), or remove this jar");
        }
        boolean sameVersion = isSameVersion(before, candidate);
        if (sameVersion && strict && install.gone().isEmpty()) {
            throw new ChangeRefusedException(
                    Cause.CONFLICT,
                    "version " + now + " of " + before.pluginId()
                            + " runs with other bytes; give the new jar a version of its own");
        }
        checkState(before, candidate, install.consent().force());
        if (sameVersion && active != null) {
            LOG.warn("plugin {}: version {} is replaced by other bytes of the same version", before.pluginId(), now);
        }
    }

    private static boolean isSameVersion(Desired before, Artifact candidate) {
        return candidate.version().compareToIgnoreBuildMetadata(Version.parse(before.version())) == 0
                && !before.sha256().equals(candidate.sha256());
    }

    /**
     * The candidate, with notes on what is allowed and may not be meant.
     *
     * @param active the artifact that serves, or null
     */
    static Artifact noted(Desired before, Artifact candidate, @Nullable Artifact active) {
        Artifact noted = candidate;
        if (isSameVersion(before, candidate)) {
            noted = noted.noting("version " + before.version() + " ran with other bytes before; in production it would"
                    + " need a version of its own");
        }
        String provider = active == null ? "" : active.about().provider();
        if (!provider.isEmpty() && !provider.equals(candidate.about().provider())) {
            noted = noted.noting(
                    "it replaces version " + before.version() + " of another provider, \"" + provider + "\"");
        }
        return noted;
    }

    /**
     * Checks a candidate against the state that was written since it last ran.
     *
     * @throws ChangeRefusedException when it cannot read that, so that there is no way back
     */
    static void checkState(Desired before, Artifact candidate, boolean force) throws ChangeRefusedException {
        StateSchemas state = candidate.terms().state();
        if (!state.canRead(before.stateSchema()) && !force) {
            throw new ChangeRefusedException(
                    Cause.CONFLICT,
                    "version " + before.version() + " has written state of schema " + before.stateSchema()
                            + ", and version " + candidate.version() + " reads " + state.readsFrom() + " to "
                            + state.readsTo()
                            + ": there is no way back to it; force it (force=true, or, where the folder may"
                            + " consent, the word force in <jar>.allow) to run it on state it cannot read");
        }
    }

    /**
     * Checks a candidate against the documents that are stored.
     *
     * @throws ChangeRefusedException when it cannot read some, so that there is no way back
     */
    static void checkDocuments(States states, Artifact candidate, boolean force) throws ChangeRefusedException {
        List<String> unreadable = force ? List.of() : states.unreadable(candidate.id(), candidate.sha256());
        if (!unreadable.isEmpty()) {
            throw new ChangeRefusedException(
                    Cause.CONFLICT,
                    "version " + candidate.version() + " cannot read documents that are stored: "
                            + String.join(", ", unreadable)
                            + ": there is no way back to it; force it (force=true, or, where the folder may"
                            + " consent, the word force in <jar>.allow) to run it without them");
        }
    }

    private static String place(Desired desired, Intent.Install install) {
        Origin origin = desired.origin();
        String file = origin.fileName().isEmpty() ? "the admin API" : origin.fileName();
        return origin.isElsewhere(install.origin()) ? file + " on node " + origin.node() : file;
    }
}
