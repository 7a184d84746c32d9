package dev.busbar.host.lifecycle;

import dev.busbar.host.desired.Desired;
import dev.busbar.host.desired.Origin;
import dev.busbar.host.generation.LiveGeneration;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.routing.Routes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The status of one plugin: what shall run, what runs, its state, and the reason where they differ. Confined to the thread
 * that decides.
 */
final class PluginStatus {
    private final String id;
    private final Routes routes;
    private @Nullable Desired desired;
    private @Nullable LiveGeneration active;
    private @Nullable Artifact artifact;
    private PluginState state = PluginState.DISCOVERED;
    private String reason = "";
    private List<String> notes = List.of();
    private Duration took = Duration.ZERO;
    private Origin origin = Origin.API;

    PluginStatus(String id, Routes routes) {
        this.id = id;
        this.routes = routes;
    }

    String id() {
        return id;
    }

    PluginState state() {
        return state;
    }

    String reason() {
        return reason;
    }

    Optional<Desired> desired() {
        return Optional.ofNullable(desired);
    }

    void desired(Desired value) {
        desired = value;
    }

    /** Returns whether desired state names the jar and configuration of a target. */
    boolean isDesired(Target target) {
        return desired().filter(target.desired()::runsTheSameAs).isPresent();
    }

    /** The artifact that is shown: what serves, or what was last tried. */
    Optional<Artifact> artifact() {
        return Optional.ofNullable(artifact);
    }

    void artifact(Artifact value) {
        artifact = value;
    }

    Origin origin() {
        return origin;
    }

    /** Sets the origin of a plugin that desired state does not know yet. */
    void origin(Origin value) {
        origin = value;
    }

    /** The generation that serves. */
    @Nullable LiveGeneration active() {
        return active;
    }

    /** Sets the notes about what serves from now on, beside those of its jar. */
    void notes(List<String> value) {
        notes = value;
    }

    /** Sets the duration of its last start, whatever came of it. */
    void took(Duration value) {
        took = value;
    }

    /** A generation serves from now on; the route table says so already. */
    void published(LiveGeneration generation, String notice) {
        change(PluginTransition.PUBLISH, notice);
        active = generation;
        artifact = generation.artifact();
    }

    /** Nothing serves, and clients are told why. */
    void unavailable(PluginTransition transition, String why, String whyForClients) {
        change(transition, why);
        routes.publish(table -> table.withAbsent(id, "platform " + id + ": " + whyForClients));
    }

    /** A start failed, or could not begin. */
    void startFailed(PluginTransition transition, String why) {
        unavailable(transition, why, "it could not be started");
    }

    void disabled() {
        unavailable(PluginTransition.DISABLE, "disabled by an operator; enable it to serve it again", "it is disabled");
    }

    /** The generation that served was retired for a start; its requests are suspended, so the mount stays. */
    void suspended() {
        change(PluginTransition.START, "");
    }

    private void change(PluginTransition transition, String why) {
        state = transition.apply(id, state);
        reason = why;
    }

    /** Sets the reason why what serves is not what shall run; empty where it is. */
    void notice(String text) {
        reason = text;
    }

    /** Takes what serves out; its retirement is for the caller. */
    Optional<LiveGeneration> release() {
        LiveGeneration old = active;
        active = null;
        if (old != null) {
            old.primary(false);
        }
        return Optional.ofNullable(old);
    }

    void removed() {
        change(PluginTransition.REMOVE, "");
        desired = null;
        artifact = null;
        notes = List.of();
        routes.publish(table -> table.without(id));
    }

    /** Returns whether nothing is left to be shown. */
    boolean isForgotten() {
        return desired == null && active == null && (state == PluginState.RETIRED || state == PluginState.DISCOVERED);
    }

    private List<String> notes(Artifact shown) {
        return Stream.concat(shown.classes().notes().stream(), notes.stream()).toList();
    }

    /** The secrets of what serves and of what is shown; unknown without a jar. */
    private Optional<List<String>> secrets() {
        Artifact serving = active == null ? null : active.artifact();
        return artifact == null && serving == null
                ? Optional.empty()
                : Optional.of(Stream.of(Optional.ofNullable(artifact), Optional.ofNullable(serving))
                        .flatMap(Optional::stream)
                        .flatMap(jar -> jar.terms().secrets().stream())
                        .distinct()
                        .toList());
    }

    PluginView view() {
        Artifact shown = artifact;
        Desired last = desired;
        return new PluginView(
                id,
                shown == null ? "" : shown.version().toString(),
                shown == null ? "" : shown.sha256(),
                state,
                reason.isEmpty() ? Optional.empty() : Optional.of(reason),
                active == null ? 0 : active.gate().number(),
                last == null ? origin : last.origin(),
                shown == null ? new PluginView.About("", "", "") : PluginView.About.of(shown.about()),
                active == null ? List.of() : active.routes(),
                shown == null
                        ? List.of()
                        : shown.terms().requirements().stream()
                                .map(PluginView.Need::of)
                                .toList(),
                shown == null ? List.of() : shown.terms().permissions(),
                secrets(),
                shown == null ? List.of() : notes(shown),
                took);
    }
}
