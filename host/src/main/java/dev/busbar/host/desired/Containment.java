package dev.busbar.host.desired;

/** A containment action on a plugin: it works while the store cannot be written, and is stored later then. Immutable. */
sealed interface Containment {
    /** The plugin that is contained. */
    String pluginId();

    /** Desired state of the plugin with the effect of the action. */
    Desired applyTo(Desired now);

    /** The plugin is not served any more, whatever shall run. */
    record Disable(String pluginId) implements Containment {
        @Override
        public Desired applyTo(Desired now) {
            return now.withEnabled(false);
        }
    }

    /**
     * An entry of the history shall run again.
     *
     * @param target desired state after the rollback
     */
    record Rollback(Desired target) implements Containment {
        @Override
        public String pluginId() {
            return target.pluginId();
        }

        @Override
        public Desired applyTo(Desired now) {
            return target;
        }
    }
}
