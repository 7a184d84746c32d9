package dev.busbar.host.isolation;

import com.github.zafarkhaja.semver.ParseException;
import com.github.zafarkhaja.semver.Version;
import dev.busbar.core.ApiVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** Checks a jar before any of its code runs. Stateless, thread-safe. */
public final class ArtifactReader {
    /** The ids that no plugin may have: names of the host. */
    public static final Set<String> RESERVED_IDS = Set.of(
            "admin",
            "auth",
            "plugins",
            "jobs",
            "schedules",
            "batch",
            "live",
            "ws",
            "health",
            "metrics",
            "openapi",
            "asyncapi",
            "docs",
            "console",
            "well-known",
            "api",
            "host",
            "platform");

    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]{1,40}");
    private static final String EXTENSIONS = "META-INF/extensions.idx";
    private static final int MAX_ENTRIES = 100_000;
    private static final int MAX_MANIFEST_BYTES = 256 << 10;
    private static final int MAX_INDEX_BYTES = 64 << 10;
    private static final int MAX_VERSION_LETTERS = 64;
    private static final List<String> FORBIDDEN = List.of("dev/busbar/plugin/", "dev/busbar/core/", "org/pf4j/");
    private static final List<String> IGNORED = List.of("org/slf4j/", "org/jspecify/");

    /**
     * Reads and checks a jar.
     *
     * @param jar a copy that nothing writes to any more
     * @param sha256 its digest
     * @throws InvalidPluginException with the reason
     * @throws IOException when the file cannot be read, which says nothing about the jar
     */
    public Artifact read(Path jar, String sha256) throws InvalidPluginException, IOException {
        try (ZipFile zip = open(jar)) {
            Attributes manifest = manifest(zip);
            String id = id(manifest);
            Version version = version(manifest);
            requireApi(manifest);
            Terms terms = terms(manifest, id);
            List<String> notes = new ArrayList<>();
            ClassScan scan = new ClassScan();
            scanEntries(zip, scan, notes);
            if (!scan.missing().isEmpty()) {
                List<String> advice = ApiChanges.advice(scan.missing());
                throw new InvalidPluginException("it uses " + String.join(", ", scan.missing())
                        + ", which this host with API " + ApiVersion.CURRENT + " lacks; build it against that API"
                        + (advice.isEmpty() ? "" : " (" + String.join("; ", advice) + ")"));
            }
            return new Artifact(
                    jar,
                    sha256,
                    id,
                    version,
                    new Artifact.About(
                            text(manifest, "Plugin-Provider"),
                            text(manifest, "Plugin-Description"),
                            text(manifest, "Plugin-License")),
                    terms,
                    extension(zip),
                    new Artifact.Classes(scan.names(), scan.exitCallers(), List.copyOf(notes)));
        }
    }

    private static ZipFile open(Path jar) throws InvalidPluginException {
        try {
            return new ZipFile(jar.toFile());
        } catch (IOException e) {
            throw InvalidPluginException.incomplete(
                    "it is not a complete zip file (" + e.getMessage() + "); copy it again completely", e);
        }
    }

    private static Attributes manifest(ZipFile zip) throws InvalidPluginException, IOException {
        ZipEntry entry = zip.getEntry(JarFile.MANIFEST_NAME);
        if (entry == null) {
            throw new InvalidPluginException("it has no " + JarFile.MANIFEST_NAME + "; build it as a plugin jar");
        }
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes(MAX_MANIFEST_BYTES + 1);
            if (bytes.length > MAX_MANIFEST_BYTES) {
                throw new InvalidPluginException(
                        "its manifest has more than " + MAX_MANIFEST_BYTES + " bytes; build it again");
            }
            return new Manifest(new ByteArrayInputStream(bytes)).getMainAttributes();
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidPluginException("its manifest cannot be read: " + e.getMessage(), e);
        }
    }

    static boolean isPluginId(String text) {
        return ID.matcher(text).matches();
    }

    private static String id(Attributes manifest) throws InvalidPluginException {
        String id = text(manifest, "Plugin-Id");
        if (!isPluginId(id)) {
            throw new InvalidPluginException(
                    "manifest attribute Plugin-Id: \"" + id + "\" (expected: " + ID.pattern() + ")");
        }
        if (RESERVED_IDS.contains(id)) {
            throw new InvalidPluginException("manifest attribute Plugin-Id: \"" + id
                    + "\" (expected: not a name reserved by the host); choose another id");
        }
        return id;
    }

    private static Version version(Attributes manifest) throws InvalidPluginException {
        String version = text(manifest, "Plugin-Version");
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

    private static void requireApi(Attributes manifest) throws InvalidPluginException {
        String range = text(manifest, "Plugin-Requires");
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
    }

    private static Terms terms(Attributes manifest, String id) throws InvalidPluginException {
        return new Terms(
                Requirement.parseAll(text(manifest, "Plugin-Dependencies"), id),
                Terms.isExclusive(text(manifest, "Busbar-Handover")),
                StateSchemas.parse(text(manifest, "Busbar-State")),
                RequestedPermissions.parse(text(manifest, "Busbar-Permissions")));
    }

    private static void scanEntries(ZipFile zip, ClassScan scan, List<String> notes)
            throws InvalidPluginException, IOException {
        Set<String> seen = new HashSet<>();
        for (ZipEntry entry : Collections.list(zip.entries())) {
            String name = entry.getName();
            if (seen.size() > MAX_ENTRIES) {
                throw new InvalidPluginException("it has more than " + MAX_ENTRIES + " entries");
            }
            if (!seen.add(name)) {
                throw new InvalidPluginException("it has two entries named " + name + "; build it again");
            }
            if (leavesFolder(name)) {
                throw new InvalidPluginException("its entry \"" + name + "\" leaves its folder; build it again");
            }
            if (FORBIDDEN.stream().anyMatch(name::startsWith) && name.endsWith(".class")) {
                throw new InvalidPluginException("it contains " + name
                        + ", which the host provides; set the scope of plugin-api and pf4j to provided");
            }
            if (name.endsWith(".class") && !name.startsWith("META-INF/") && !name.endsWith("module-info.class")) {
                if (IGNORED.stream().anyMatch(name::startsWith)) {
                    note(notes, name);
                } else {
                    scanClass(zip, entry, scan);
                }
            }
        }
    }

    private static void note(List<String> notes, String name) {
        String library = name.startsWith("org/slf4j/") ? "slf4j" : "jspecify";
        String note = "its own copy of " + library + " is ignored; the host provides it";
        if (!notes.contains(note)) {
            notes.add(note);
        }
    }

    private static void scanClass(ZipFile zip, ZipEntry entry, ClassScan scan)
            throws InvalidPluginException, IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            scan.add(entry.getName(), in);
        } catch (ZipException e) {
            throw new InvalidPluginException(
                    "its entry " + entry.getName() + " is damaged; copy it again completely", e);
        }
    }

    private static boolean leavesFolder(String name) {
        return name.startsWith("/")
                || name.contains("\\")
                || List.of(name.split("/", -1)).contains("..");
    }

    private static String extension(ZipFile zip) throws InvalidPluginException, IOException {
        ZipEntry entry = zip.getEntry(EXTENSIONS);
        if (entry == null) {
            throw new InvalidPluginException("it has no " + EXTENSIONS
                    + "; annotate the platform with @Extension and put pf4j on the annotation processor path");
        }
        List<String> names = new ArrayList<>();
        try (InputStream in = zip.getInputStream(entry)) {
            new String(in.readNBytes(MAX_INDEX_BYTES), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .forEach(names::add);
        }
        if (names.size() != 1) {
            throw new InvalidPluginException(EXTENSIONS + " names " + names.size() + " extensions " + names
                    + " (expected: exactly one, which implements Platform)");
        }
        return names.get(0);
    }

    private static String text(Attributes manifest, String name) {
        @Nullable String value = manifest.getValue(name);
        return value == null ? "" : value.strip();
    }
}
