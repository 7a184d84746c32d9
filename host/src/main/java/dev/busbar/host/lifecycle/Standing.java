package dev.busbar.host.lifecycle;

import dev.busbar.host.generation.LiveGeneration;
import dev.busbar.host.isolation.Artifact;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where one plugin stands: what shall run, what runs, and why that differs. Confined to the thread that decides. */
final class Standing {
    private final String id;
    private final Decider decider;
    private @Nullable Desired desired;
    private @Nullable LiveGeneration active;
    private @Nullable Artifact artifact;
    private PluginState state = PluginState.DISCOVERED;
    private String reason = "";
    private List<String> notes = List.of();
    private Origin origin = Origin.API;

    Standing(String id, Decider decider) {
        this.id = id;
        this.decider = decider;
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

    /** Where a plugin came from that desired state knows nothing of yet. */
    void origin(Origin value) {
        origin = value;
    }

    @Nullable LiveGeneration active() {
        return active;
    }

    /** What a person should know of what serves from now on, beside what its jar says. */
    void notes(List<String> value) {
        notes = value;
    }

    /** A generation serves from now on; the table says so already. */
    void serves(LiveGeneration generation, String notice) {
        active = generation;
        artifact = generation.artifact();
        state = PluginState.ACTIVE;
        reason = notice;
    }

    /** Nothing serves, and clients are told why. */
    void away(PluginState now, String why, String whyForClients) {
        state = now;
        reason = why;
        decider.routes().publish(table -> table.withAbsent(id, "platform " + id + ": " + whyForClients));
    }

    /** Says something of what serves, or that all is well with it. */
    void notice(String text) {
        reason = text;
    }

    /** Something is under way while the mount stays as it is. */
    void underWay(PluginState now) {
        state = now;
        reason = "";
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

    /** Nobody wants it any more. */
    void forget() {
        desired = null;
        artifact = null;
        state = PluginState.RETIRED;
        reason = "";
        notes = List.of();
        decider.routes().publish(table -> table.without(id));
    }

    boolean isForgotten() {
        return desired == null && active == null && (state == PluginState.RETIRED || state == PluginState.DISCOVERED);
    }

    private List<String> notes(Artifact shown) {
        return Stream.concat(shown.classes().notes().stream(), notes.stream()).toList();
    }

    PluginView view() {
        Artifact shown = artifact;
        Desired wanted = desired;
        return new PluginView(
                id,
                shown == null ? "" : shown.version().toString(),
                shown == null ? "" : shown.sha256(),
                state,
                reason.isEmpty() ? Optional.empty() : Optional.of(reason),
                active == null ? 0 : active.gate().number(),
                wanted == null ? origin : wanted.origin(),
                shown == null ? new PluginView.About("", "", "") : PluginView.About.of(shown.about()),
                active == null ? List.of() : active.routes(),
                shown == null
                        ? List.of()
                        : shown.terms().requirements().stream()
                                .map(PluginView.Need::of)
                                .toList(),
                shown == null ? List.of() : shown.terms().permissions(),
                shown == null ? List.of() : notes(shown));
    }
}
