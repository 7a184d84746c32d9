package dev.busbar.host.lifecycle;

import dev.busbar.host.isolation.Artifact;

/**
 * What shall run of one plugin. Immutable.
 *
 * @param enabled whether it is to be served
 * @param configuration a JSON object; empty for none
 * @param stateSchema the newest schema of lasting state that was written; 0 for none
 */
record Desired(
        String pluginId,
        String sha256,
        String version,
        boolean enabled,
        Origin origin,
        String configuration,
        int stateSchema) {

    /** The first wish for a plugin. */
    static Desired first(Artifact artifact, Origin origin, boolean enabled) {
        return new Desired(
                artifact.id(),
                artifact.sha256(),
                artifact.version().toString(),
                enabled,
                origin,
                "",
                writes(artifact, 0));
    }

    /** Another jar with the configuration that was there. */
    Desired with(Artifact artifact, Origin from) {
        return new Desired(
                pluginId,
                artifact.sha256(),
                artifact.version().toString(),
                enabled,
                from,
                configuration,
                writes(artifact, stateSchema));
    }

    /** The same jar with another configuration. */
    Desired withConfiguration(String json) {
        return new Desired(pluginId, sha256, version, enabled, origin, json, stateSchema);
    }

    Desired withEnabled(boolean value) {
        return new Desired(pluginId, sha256, version, value, origin, configuration, stateSchema);
    }

    /** The same with the schema that an artifact writes. */
    Desired writing(Artifact artifact) {
        return new Desired(pluginId, sha256, version, enabled, origin, configuration, writes(artifact, stateSchema));
    }

    /** Whether the other one is the same jar with the same configuration. */
    boolean runsTheSameAs(Desired other) {
        return sha256.equals(other.sha256) && configuration.equals(other.configuration);
    }

    private static int writes(Artifact artifact, int before) {
        int writes = artifact.terms().state().writes();
        return writes == 0 ? before : writes;
    }
}
