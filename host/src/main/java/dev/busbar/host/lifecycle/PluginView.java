package dev.busbar.host.lifecycle;

import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.desired.Origin;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.Requirement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A plugin as it is now. Immutable.
 *
 * @param id the plugin id
 * @param version the version that serves, or shall serve
 * @param sha256 the digest of its jar
 * @param state its state on this node
 * @param reason what an operator should do; empty when all is well
 * @param generation the number of the generation that serves; 0 when none does
 * @param origin the source of the jar
 * @param about the informational attributes of the manifest
 * @param routes what it serves; none unless it is active
 * @param requirements the platforms it needs
 * @param permissions the permissions that it requests, such as {@code turbo:read}
 * @param secrets the secrets in its configuration, as JSON pointers; empty while its jar is not at hand
 * @param notes information that needs no action
 * @param took the duration of its last start, whatever came of it; zero before the first
 */
public record PluginView(
        String id,
        String version,
        String sha256,
        PluginState state,
        Optional<String> reason,
        long generation,
        Origin origin,
        About about,
        List<RouteContract> routes,
        List<Need> requirements,
        List<String> permissions,
        Optional<List<String>> secrets,
        List<String> notes,
        Duration took) {

    /**
     * The informational attributes of the manifest.
     *
     * @param provider its author
     * @param description its purpose
     * @param license its terms
     */
    public record About(String provider, String description, String license) {
        static About of(Artifact.About manifest) {
            return new About(manifest.provider(), manifest.description(), manifest.license());
        }
    }

    /**
     * A required platform.
     *
     * @param range the accepted versions
     * @param optional whether the plugin also starts without it
     */
    public record Need(String platform, String range, boolean optional) {
        static Need of(Requirement requirement) {
            return new Need(requirement.platform(), requirement.range(), requirement.optional());
        }
    }
}
