package dev.busbar.host.lifecycle;

import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.Requirement;
import java.util.List;
import java.util.Optional;

/**
 * One plugin as it is now; immutable.
 *
 * @param id the plugin id
 * @param version the version that serves, or shall serve
 * @param sha256 the digest of its jar
 * @param state where it is in its life
 * @param reason what a person should do; empty when all is well
 * @param generation the number of the generation that serves; 0 when none does
 * @param origin where the jar came from
 * @param about what the manifest says for people
 * @param routes what it serves; none unless it is active
 * @param requirements the platforms it needs
 * @param permissions what it asks for itself, such as {@code turbo:read}
 * @param notes what a person should know, and need not act on
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
        List<String> notes) {

    /**
     * What the manifest says for people.
     *
     * @param provider who made it
     * @param description what it is
     * @param license under which terms
     */
    public record About(String provider, String description, String license) {
        static About of(Artifact.About manifest) {
            return new About(manifest.provider(), manifest.description(), manifest.license());
        }
    }

    /**
     * A platform that it needs.
     *
     * @param range the versions that will do
     * @param optional whether it starts without too
     */
    public record Need(String platform, String range, boolean optional) {
        static Need of(Requirement requirement) {
            return new Need(requirement.platform(), requirement.range(), requirement.optional());
        }
    }
}
