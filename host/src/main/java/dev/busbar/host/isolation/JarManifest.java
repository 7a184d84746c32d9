package dev.busbar.host.isolation;

import com.github.zafarkhaja.semver.ParseException;
import com.github.zafarkhaja.semver.Version;
import dev.busbar.core.ApiVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The main attributes in the manifest of a plugin jar, each checked when it is read. Immutable.
 *
 * @param attributes the main attributes
 */
record JarManifest(Attributes attributes) {
    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]{1,40}");
    private static final int MAX_VERSION_LETTERS = 64;

    /** Room for the digests of a jar with as many entries as are allowed, which jarsigner lists here. */
    private static final int MAX_BYTES = 8 << 20;

    /** The attributes that have an effect only in the jar a process is started from, or with other class loaders. */
    private static final List<String> WITHOUT_EFFECT = List.of(
            "Add-Exports",
            "Add-Opens",
            "Agent-Class",
            "Enable-Native-Access",
            "Launcher-Agent-Class",
            "Plugin-Class",
            "Premain-Class");

    /** Reads the manifest of a jar. */
    static JarManifest of(ZipFile zip) throws InvalidPluginException {
        ZipEntry entry = zip.getEntry(JarFile.MANIFEST_NAME);
        if (entry == null) {
            throw new InvalidPluginException("it has no " + JarFile.MANIFEST_NAME + "; build it as a plugin jar");
        }
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new InvalidPluginException("its manifest has more than " + MAX_BYTES + " bytes; build it again");
            }
            return new JarManifest(new Manifest(new ByteArrayInputStream(bytes)).getMainAttributes());
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidPluginException("its manifest cannot be read: " + e.getMessage(), e);
        }
    }

    static boolean isPluginId(String text) {
        return ID.matcher(text).matches();
    }

    /** The name that the jar claims: both may be of any form, or empty. */
    Artifact.Name name() {
        return new Artifact.Name(shortened(text("Plugin-Id")), shortened(text("Plugin-Version")));
    }

    private static String shortened(String text) {
        return text.length() <= MAX_VERSION_LETTERS ? text : text.substring(0, MAX_VERSION_LETTERS) + "…";
    }

    String id() throws InvalidPluginException {
        String id = required("Plugin-Id", ID.pattern());
        if (!isPluginId(id)) {
            throw new InvalidPluginException(
                    "manifest attribute Plugin-Id: \"" + id + "\" (expected: " + ID.pattern() + ")");
        }
        if (ArtifactReader.RESERVED_IDS.contains(id)) {
            throw new InvalidPluginException("manifest attribute Plugin-Id: \"" + id
                    + "\" (expected: not a name reserved by the host); choose another id");
        }
        return id;
    }

    Version version() throws InvalidPluginException {
        String version = required("Plugin-Version", "a semantic version such as 1.0.0");
        if (version.length() > MAX_VERSION_LETTERS) {
            throw new InvalidPluginException("manifest attribute Plugin-Version has " + version.length()
                    + " characters (expected: at most " + MAX_VERSION_LETTERS + ")");
        }
        try {
            return Version.parse(version);
        } catch (ParseException | IllegalArgumentException e) {
            throw new InvalidPluginException(
                    "manifest attribute Plugin-Version: \"" + version
                            + "\" (expected: a semantic version such as 1.0.0)",
                    e);
        }
    }

    /** The range of APIs that it was built for; empty for any. */
    String api() throws InvalidPluginException {
        String range = text("Plugin-Requires");
        boolean fits;
        try {
            fits = VersionRange.fits(Version.parse(ApiVersion.CURRENT), range);
        } catch (ParseException | IllegalArgumentException e) {
            throw new InvalidPluginException(
                    "manifest attribute Plugin-Requires: \"" + range
                            + "\" (expected: a version range such as >=0.1.0 & <1.0.0)",
                    e);
        }
        if (!fits) {
            throw new InvalidPluginException(
                    "it requires host API " + range + ", and this host has " + ApiVersion.CURRENT
                            + "; run it on another host, or build it against plugin-api " + ApiVersion.CURRENT);
        }
        return range;
    }

    List<Requirement> requirements() throws InvalidPluginException {
        return Requirement.parseAll(text("Plugin-Dependencies"), text("Plugin-Id"));
    }

    boolean exclusive() throws InvalidPluginException {
        return Terms.isExclusive(text("Busbar-Handover"));
    }

    StateSchemas state() throws InvalidPluginException {
        return StateSchemas.parse(text("Busbar-State"));
    }

    List<String> permissions() throws InvalidPluginException {
        return RequestedPermissions.parse(text("Busbar-Permissions"));
    }

    List<String> secrets() throws InvalidPluginException {
        return MarkedSecrets.parse(text("Busbar-Secrets"));
    }

    /**
     * Checks the attributes that change what is loaded. {@code Multi-Release} and {@code Sealed} are followed by the scan
     * and the class loader alike.
     */
    String loading() throws InvalidPluginException {
        String path = text("Class-Path");
        if (!path.isEmpty()) {
            throw new InvalidPluginException("manifest attribute Class-Path: \"" + path
                    + "\" (expected: none, because it loads other jars, which are neither signed nor checked with this"
                    + " one); put their classes into the jar");
        }
        return path;
    }

    Artifact.About about() {
        return new Artifact.About(text("Plugin-Provider"), text("Plugin-Description"), text("Plugin-License"));
    }

    /** What the author may not know about its attributes. */
    List<String> notes() {
        List<String> unused =
                WITHOUT_EFFECT.stream().filter(name -> !text(name).isEmpty()).toList();
        List<String> notes = new ArrayList<>();
        if (text("Plugin-Requires").isEmpty()) {
            notes.add("it has no manifest attribute Plugin-Requires, so that it is loaded by hosts of any API; name the"
                    + " range it was built for, such as >=" + ApiVersion.CURRENT);
        }
        unused.forEach(name -> notes.add("its manifest attribute " + name + " has no effect in a plugin"));
        return List.copyOf(notes);
    }

    private String required(String name, String expected) throws InvalidPluginException {
        String value = text(name);
        if (value.isEmpty()) {
            throw new InvalidPluginException("manifest attribute " + name + " is missing (expected: " + expected + ")");
        }
        return value;
    }

    private String text(String name) {
        @Nullable String value = attributes.getValue(name);
        return value == null ? "" : value.strip();
    }
}
