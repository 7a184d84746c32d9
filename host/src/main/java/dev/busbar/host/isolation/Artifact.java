package dev.busbar.host.isolation;

import com.github.zafarkhaja.semver.Version;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A plugin jar that has passed the checks which run none of its code. Immutable.
 *
 * @param path the copy that is loaded; nothing else writes to it
 * @param sha256 its identity, 64 lower case hexadecimal digits
 * @param id the plugin id
 * @param version the plugin version
 * @param about the informational attributes of the manifest
 * @param terms its requirements of the host and of other plugins
 * @param extension the name of the class that implements {@code Platform}
 * @param classes the result of the scan of its classes
 */
public record Artifact(
        Path path,
        String sha256,
        String id,
        Version version,
        About about,
        Terms terms,
        String extension,
        Classes classes) {

    /**
     * The name that the manifest of a jar claims; its version may be none.
     *
     * @param id the plugin id
     * @param version the plugin version
     */
    public record Name(String id, String version) {}

    /**
     * The informational attributes of the manifest.
     *
     * @param provider its author
     * @param description its purpose
     * @param license its terms
     */
    public record About(String provider, String description, String license) {}

    /**
     * The result of a scan of the classes.
     *
     * @param names all classes of the jar, by binary name
     * @param exitCallers those that end the process, rewritten at load
     * @param notes information that needs no action
     */
    public record Classes(List<String> names, Set<String> exitCallers, List<String> notes) {}

    /** This artifact with one more note. */
    public Artifact noting(String note) {
        List<String> notes =
                Stream.concat(classes.notes().stream(), Stream.of(note)).toList();
        Classes noted = new Classes(classes.names(), classes.exitCallers(), notes);
        return new Artifact(path, sha256, id, version, about, terms, extension, noted);
    }

    /** Its name. */
    public Name name() {
        return new Name(id, version.toString());
    }

    /** For messages: id, version and the first digits of the digest. */
    public String label() {
        return id + " " + version + " (" + sha256.substring(0, 12) + ")";
    }
}
