package dev.busbar.host.lifecycle;

import static dev.busbar.host.lifecycle.PluginState.ACTIVE;
import static dev.busbar.host.lifecycle.PluginState.DISABLED;
import static dev.busbar.host.lifecycle.PluginState.DISCOVERED;
import static dev.busbar.host.lifecycle.PluginState.FAILED;
import static dev.busbar.host.lifecycle.PluginState.REJECTED;
import static dev.busbar.host.lifecycle.PluginState.RETIRED;
import static dev.busbar.host.lifecycle.PluginState.STARTING;
import static dev.busbar.host.lifecycle.PluginState.WAITING;

import dev.busbar.host.isolation.InvalidPluginException;
import java.util.Set;

/**
 * The transitions of a plugin, all of them: its state changes in no other way. A test compares them with the table in
 * {@code docs/plugin-lifecycle.md}. Immutable.
 */
enum PluginTransition {
    /** A start begins while nothing serves, or has to stop serving for it. */
    START(STARTING, Set.of(DISCOVERED, ACTIVE, REJECTED, WAITING, FAILED, DISABLED, RETIRED)),
    /** A generation is published. */
    PUBLISH(ACTIVE, Set.of(STARTING, ACTIVE)),
    /** The jar is not accepted, or its public routes are not approved. */
    REJECT(REJECTED, Set.of(DISCOVERED, STARTING, REJECTED, WAITING, FAILED, DISABLED, RETIRED)),
    /** A required platform or the signature is missing. */
    AWAIT(WAITING, Set.of(DISCOVERED, REJECTED, WAITING, FAILED, DISABLED, RETIRED)),
    /** A start has failed and nothing serves. */
    FAIL(FAILED, Set.of(DISCOVERED, STARTING, REJECTED, WAITING, FAILED, DISABLED, RETIRED)),
    /** An operator disables the plugin. */
    DISABLE(DISABLED, Set.of(DISCOVERED, ACTIVE, REJECTED, WAITING, FAILED, DISABLED, RETIRED)),
    /** The plugin is removed. */
    REMOVE(RETIRED, Set.of(DISCOVERED, ACTIVE, REJECTED, WAITING, FAILED, DISABLED));

    private final PluginState to;

    @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable copy
    private final Set<PluginState> from;

    PluginTransition(PluginState to, Set<PluginState> from) {
        this.to = to;
        this.from = Set.copyOf(from);
    }

    /** The transition of a plugin whose jar may not be loaded. */
    static PluginTransition of(InvalidPluginException invalid) {
        return switch (PluginState.of(invalid)) {
            case WAITING -> AWAIT;
            case REJECTED -> REJECT;
            default -> FAIL;
        };
    }

    /** The state after the transition. */
    PluginState to() {
        return to;
    }

    /** The states in which the transition may occur. */
    Set<PluginState> from() {
        return from;
    }

    /**
     * The state after the transition of a plugin.
     *
     * @throws IllegalStateException when the transition may not occur in its state
     */
    PluginState apply(String pluginId, PluginState now) {
        if (!from.contains(now)) {
            throw new IllegalStateException(
                    "plugin " + pluginId + ": " + this + " in state " + now + " (expected: one of " + from + ")");
        }
        return to;
    }
}
