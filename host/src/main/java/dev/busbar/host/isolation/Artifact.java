package dev.busbar.host.isolation;

import com.github.zafarkhaja.semver.Version;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A plugin jar that has passed the checks which need none of its code.
 *
 * @param path the copy that is loaded; nothing else writes to it
 * @param sha256 its identity, 64 lower case hexadecimal digits
 * @param id the plugin id
 * @param version the plugin version
 * @param about what the manifest says for people
 * @param terms on which terms it runs
 * @param extension the name of the class that implements {@code Platform}
 * @param classes what a scan of its classes has found
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
     * What the manifest says for people.
     *
     * @param provider who made it
     * @param description what it is
     * @param license under which terms
     */
    public record About(String provider, String description, String license) {}

    /**
     * What a scan of the classes has found.
     *
     * @param names all classes of the jar, by binary name
     * @param exitCallers those that end the process, rewritten at load
     * @param notes what a person should know, and need not act on
     */
    public record Classes(List<String> names, Set<String> exitCallers, List<String> notes) {}

    /** The same with one more thing that a person should know. */
    public Artifact noting(String note) {
        List<String> notes =
                Stream.concat(classes.notes().stream(), Stream.of(note)).toList();
        Classes noted = new Classes(classes.names(), classes.exitCallers(), notes);
        return new Artifact(path, sha256, id, version, about, terms, extension, noted);
    }

    /** For messages: id, version and the first digits of the digest. */
    public String label() {
        return id + " " + version + " (" + sha256.substring(0, 12) + ")";
    }
}
