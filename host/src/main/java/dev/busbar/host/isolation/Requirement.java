package dev.busbar.host.isolation;

import com.github.zafarkhaja.semver.ParseException;
import com.github.zafarkhaja.semver.Version;
import java.util.ArrayList;
import java.util.List;

/**
 * A required platform, in the manifest attribute {@code Plugin-Dependencies}: {@code turbo@>=1.2 & <2}, or
 * {@code turbo?@>=1.2} for an optional one. Immutable.
 *
 * @param platform the id of the platform
 * @param range the accepted versions; {@code *} for any
 * @param optional whether the plugin also starts without it
 */
public record Requirement(String platform, String range, boolean optional) {
    private static final String ANY = "*";

    /**
     * Reads the manifest attribute: requirements separated by commas.
     *
     * @throws InvalidPluginException when one is malformed, names the plugin itself, or a platform twice
     */
    static List<Requirement> parseAll(String attribute, String pluginId) throws InvalidPluginException {
        List<Requirement> all = new ArrayList<>();
        for (String part : attribute.split(",", -1)) {
            if (part.isBlank()) {
                continue;
            }
            Requirement one = parse(part.strip());
            boolean known = all.stream().anyMatch(other -> other.platform().equals(one.platform()));
            if (known || one.platform().equals(pluginId)) {
                throw malformed(part.strip(), "each other platform at most once");
            }
            all.add(one);
        }
        return List.copyOf(all);
    }

    private static Requirement parse(String text) throws InvalidPluginException {
        int at = text.indexOf('@');
        String name = (at < 0 ? text : text.substring(0, at)).strip();
        String range = at < 0 ? ANY : text.substring(at + 1).strip();
        boolean optional = name.endsWith("?");
        String platform = optional ? name.substring(0, name.length() - 1) : name;
        if (!JarManifest.isPluginId(platform) || range.isEmpty()) {
            throw malformed(text, "a plugin id, then @ and a range of versions");
        }
        try {
            VersionRange.fits(Version.of(1), range);
        } catch (ParseException | IllegalArgumentException e) {
            throw malformed(text, "a plugin id, then @ and a range of versions such as >=1.2.0 & <2.0.0");
        }
        return new Requirement(platform, range, optional);
    }

    private static InvalidPluginException malformed(String text, String expected) {
        return new InvalidPluginException(
                "manifest attribute Plugin-Dependencies: \"" + text + "\" (expected: " + expected + ")");
    }

    /** Returns whether a running version meets it. */
    public boolean isMetBy(Version running) {
        return VersionRange.fits(running, range);
    }

    @Override
    public String toString() {
        return platform + (range.equals(ANY) ? "" : " " + range);
    }
}
