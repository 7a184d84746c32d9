package dev.busbar.host.desired;

import dev.busbar.host.isolation.Artifact;

/**
 * Desired state of one plugin. Immutable.
 *
 * @param enabled whether the plugin is to be served
 * @param configuration a JSON object; empty for none
 * @param stateSchema the newest schema of persistent state that was written; 0 for none
 * @param served whether this jar has ever served
 */
public record Desired(
        String pluginId,
        String sha256,
        String version,
        boolean enabled,
        Origin origin,
        String configuration,
        int stateSchema,
        boolean served) {

    /** The first desired state of a plugin. */
    public static Desired first(Artifact artifact, Origin origin, boolean enabled) {
        return new Desired(
                artifact.id(), artifact.sha256(), artifact.version().toString(), enabled, origin, "", 0, false);
    }

    /** Another jar with the current configuration. */
    public Desired with(Artifact artifact, Origin from) {
        return new Desired(
                pluginId,
                artifact.sha256(),
                artifact.version().toString(),
                enabled,
                from,
                configuration,
                stateSchema,
                served && sha256.equals(artifact.sha256()));
    }

    /** This jar with another configuration. */
    public Desired withConfiguration(String json) {
        return new Desired(pluginId, sha256, version, enabled, origin, json, stateSchema, served);
    }

    Desired withStateSchema(int value) {
        return new Desired(pluginId, sha256, version, enabled, origin, configuration, value, served);
    }

    /** This jar, to be served or not. */
    public Desired withEnabled(boolean value) {
        return new Desired(pluginId, sha256, version, value, origin, configuration, stateSchema, served);
    }

    /** Desired state once an artifact serves for it: that may write its state, and with force even an older schema. */
    public Desired served(Artifact artifact) {
        int writes = artifact.terms().state().writes();
        boolean goesOn = artifact.terms().state().canRead(stateSchema);
        int schema = goesOn ? Math.max(writes, stateSchema) : writes;
        boolean itself = artifact.sha256().equals(sha256);
        return new Desired(pluginId, sha256, version, enabled, origin, configuration, schema, served || itself);
    }

    /** Returns whether the other one names the same jar with the same configuration. */
    public boolean runsTheSameAs(Desired other) {
        return sha256.equals(other.sha256) && configuration.equals(other.configuration);
    }
}
