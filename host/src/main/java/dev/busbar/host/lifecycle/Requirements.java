package dev.busbar.host.lifecycle;

import com.github.zafarkhaja.semver.Version;
import dev.busbar.host.generation.LiveGeneration;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.Requirement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The requirements of plugins: which platforms that they need do not run. Confined to the thread that decides. */
final class Requirements {
    private final Map<String, PluginController> controllers;

    Requirements(Map<String, PluginController> controllers) {
        this.controllers = controllers;
    }

    /** The reason why an artifact cannot start now, in one sentence that a person can act on; empty when it can. */
    Optional<String> unmet(Artifact artifact) {
        return artifact.terms().requirements().stream()
                .filter(requirement -> !requirement.optional())
                .map(requirement -> unmet(artifact.id(), requirement))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<String> unmet(String id, Requirement requirement) {
        PluginController controller = controllers.get(requirement.platform());
        @Nullable LiveGeneration active = controller == null ? null : controller.status().active();
        if (active != null) {
            Version running = active.artifact().version();
            return requirement.isMetBy(running)
                    ? Optional.empty()
                    : Optional.of("it requires " + requirement + ", and version " + running
                            + " runs; install one in that range");
        }
        if (waitsFor(requirement.platform(), id)) {
            return Optional.of("it requires " + requirement + ", which waits for " + id
                    + " in its turn; one of them has to do without the other (a ? behind the id in"
                    + " Plugin-Dependencies makes a requirement optional)");
        }
        return Optional.of("it requires " + requirement + ", which does not run; install it, and this one starts");
    }

    /** Returns whether one platform waits for another, directly or through others. */
    private boolean waitsFor(String one, String other) {
        Set<String> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(one));
        while (!open.isEmpty()) {
            String id = open.remove();
            if (id.equals(other)) {
                return true;
            }
            PluginController controller = controllers.get(id);
            if (seen.add(id) && controller != null) {
                open.addAll(controller.waitsFor());
            }
        }
        return false;
    }
}
