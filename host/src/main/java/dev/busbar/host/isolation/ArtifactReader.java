package dev.busbar.host.isolation;

import com.github.zafarkhaja.semver.Version;
import dev.busbar.core.ApiVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

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

    private static final String EXTENSIONS = "META-INF/extensions.idx";
    private static final int MAX_INDEX_BYTES = 64 << 10;
    private static final int MAX_SIGNATURE_FILE_BYTES = 8 << 20;
    private static final Pattern SIGNATURE_FILE = Pattern.compile("META-INF/[^/]*\\.(SF|RSA|DSA|EC)");
    private static final Pattern NESTED_JAR = Pattern.compile("(.*/)?[^/]+\\.jar");
    private static final List<String> LENT = List.of("dev/busbar/plugin/", "dev/busbar/core/", "org/pf4j/");
    private static final Pattern IGNORED = Pattern.compile("org/(slf4j|jspecify)/.*");

    /**
     * Reads the name that a jar claims, and nothing else, so that a jar which nobody trusts costs no more.
     *
     * @throws InvalidPluginException when it is no zip, or claims no valid id
     */
    public Artifact.Name name(Path jar) throws InvalidPluginException, IOException {
        try (JarFile zip = open(jar)) {
            JarManifest manifest = JarManifest.of(zip);
            Faults faults = new Faults();
            if (faults.of(manifest::id).isEmpty()) {
                faults.of(manifest::version);
                addHint(zip, manifest, faults);
            }
            faults.throwIfAny();
            return manifest.name();
        }
    }

    /**
     * Reads and checks a jar.
     *
     * @param jar a copy that nothing writes to any more
     * @param sha256 its digest
     * @throws InvalidPluginException with the reason, or all of them
     * @throws IOException when the file cannot be read, which says nothing about the jar
     */
    public Artifact read(Path jar, String sha256) throws InvalidPluginException, IOException {
        return read(jar, sha256, false);
    }

    /**
     * Reads a jar that was admitted before, maybe by a host that checked less: classes that are missing, and how many there
     * are, do not keep it from running; the former is noted.
     *
     * @throws InvalidPluginException when it cannot be loaded, or loads what is not in the jar
     */
    public Artifact readAdmitted(Path jar, String sha256) throws InvalidPluginException, IOException {
        return read(jar, sha256, true);
    }

    private static Artifact read(Path jar, String sha256, boolean admitted) throws InvalidPluginException, IOException {
        try (JarFile zip = open(jar)) {
            JarManifest manifest = JarManifest.of(zip);
            try {
                return read(zip, manifest, new Source(jar, sha256, admitted));
            } catch (InvalidPluginException e) {
                throw e.about(manifest.name());
            }
        }
    }

    private record Source(Path jar, String sha256, boolean admitted) {
        long maxClassBytes() {
            return admitted ? Long.MAX_VALUE : ClassScan.maxBytes(jar.toFile().length());
        }
    }

    private static Artifact read(JarFile zip, JarManifest manifest, Source source)
            throws InvalidPluginException, IOException {
        Faults faults = new Faults();
        Optional<String> id = faults.of(manifest::id);
        Optional<Version> version = faults.of(manifest::version);
        addHint(zip, manifest, faults);
        faults.of(manifest::api);
        faults.of(manifest::loading);
        Optional<List<Requirement>> requirements = faults.of(manifest::requirements);
        Optional<Boolean> exclusive = faults.of(manifest::exclusive);
        Optional<StateSchemas> state = faults.of(manifest::state);
        Optional<List<String>> permissions = faults.of(manifest::permissions);
        Optional<List<String>> secrets = faults.of(manifest::secrets);
        requireEntries(zip);
        List<String> index = index(zip);
        Optional<String> extension = faults.of(() -> extension(zip, index));
        List<String> notes = new ArrayList<>(manifest.notes());
        ClassScan scan = new ClassScan(extension.orElse(""), source.maxClassBytes(), faults);
        scanClasses(zip, scan, faults, notes);
        if (!scan.missing().isEmpty()) {
            faults.add(lacking(scan.missing()));
        }
        if (extension.isPresent() && !scan.isPartial()) {
            Faults linked = source.admitted() ? new Faults() : faults;
            scan.links().addFaults(nestedJars(zip), linked);
            if (source.admitted()) {
                notes.addAll(linked.reasons());
            }
        }
        faults.throwIfAny();
        return new Artifact(
                source.jar(),
                source.sha256(),
                id.orElseThrow(),
                version.orElseThrow(),
                manifest.about(),
                new Terms(
                        requirements.orElseThrow(),
                        exclusive.orElseThrow(),
                        state.orElseThrow(),
                        permissions.orElseThrow(),
                        secrets.orElseThrow()),
                extension.orElseThrow(),
                new Artifact.Classes(scan.names(), scan.exitCallers(), List.copyOf(notes)));
    }

    private static JarFile open(Path jar) throws InvalidPluginException, IOException {
        ZipDirectory.requireBounded(jar);
        try {
            // By the versions of its classes that this JVM loads. Unverified: what signs a plugin is beside the jar.
            return new JarFile(jar.toFile(), false, ZipFile.OPEN_READ, JarFile.runtimeVersion());
        } catch (IOException e) {
            throw InvalidPluginException.incomplete(
                    "it is not a complete zip file (" + e.getMessage() + "); copy it again completely", e);
        }
    }

    /** Adds what the author may have mistaken it for, where the jar names no plugin. */
    private static void addHint(ZipFile zip, JarManifest manifest, Faults faults) {
        if (!manifest.name().id().isEmpty()) {
            return;
        }
        if (zip.getEntry("plugin.properties") != null) {
            faults.add("its plugin.properties is not read; write what it says into the manifest");
        } else if (manifest.name().version().isEmpty() && zip.getEntry(EXTENSIONS) == null) {
            faults.add("if it is a library, put its classes into the jar of the plugin that uses them");
        }
    }

    private static String lacking(Set<String> members) {
        List<String> advice = ApiChanges.advice(members);
        return "it uses " + String.join(", ", members) + ", which this host with API " + ApiVersion.CURRENT
                + " lacks; build it against that API"
                + (advice.isEmpty() ? "" : " (" + String.join("; ", advice) + ")");
    }

    /** Checks the entries without reading them. What is wrong here is no mistake of an author, so the first fault ends it. */
    private static void requireEntries(ZipFile zip) throws InvalidPluginException {
        Set<String> seen = new HashSet<>();
        for (ZipEntry entry : Collections.list(zip.entries())) {
            String name = entry.getName();
            if (!seen.add(name)) {
                throw new InvalidPluginException("it has two entries named " + name + "; build it again");
            }
            if (leavesFolder(name)) {
                throw new InvalidPluginException("its entry \"" + name + "\" leaves its folder; build it again");
            }
            String upper = name.toUpperCase(Locale.ROOT);
            if (upper.equals(JarFile.MANIFEST_NAME) && !name.equals(JarFile.MANIFEST_NAME)) {
                throw new InvalidPluginException("its entry \"" + name + "\" may be taken for the manifest; remove it");
            }
            if (upper.equals("META-INF/INDEX.LIST")) {
                throw new InvalidPluginException("its entry \"" + name
                        + "\" would load classes from other jars, which are neither signed nor checked with this one;"
                        + " remove it");
            }
            if (SIGNATURE_FILE.matcher(upper).matches() && entry.getSize() > MAX_SIGNATURE_FILE_BYTES) {
                throw new InvalidPluginException("its entry \"" + name + "\" has " + entry.getSize()
                        + " bytes (expected: at most " + MAX_SIGNATURE_FILE_BYTES + "); sign it again");
            }
        }
    }

    private static boolean leavesFolder(String name) {
        return name.startsWith("/")
                || name.contains("\\")
                || List.of(name.split("/", -1)).contains("..");
    }

    /** Scans each class in the version that this JVM loads, by its name in the class loader. */
    private static void scanClasses(JarFile zip, ClassScan scan, Faults faults, List<String> notes)
            throws InvalidPluginException, IOException {
        for (JarEntry entry : zip.versionedStream().toList()) {
            String name = entry.getName();
            if (!name.endsWith(".class") || name.startsWith("META-INF/") || name.endsWith("module-info.class")) {
                continue;
            }
            String className =
                    name.substring(0, name.length() - ".class".length()).replace('/', '.');
            boolean exported = ExportedPackages.isExported(className);
            if (exported && IGNORED.matcher(name).matches()) {
                note(notes, name); // the class loader never asks the jar for it
            } else if (isLent(name)) {
                faults.addFirst(
                        "lent",
                        "it contains " + name
                                + ", which the host provides; set the scope of plugin-api and pf4j to provided");
            } else if (exported) {
                faults.addFirst(
                        "exported",
                        "it contains " + name + ", whose package the host provides; set the scope of plugin-api and"
                                + " pf4j to provided, and keep classes of its own elsewhere");
            } else {
                scanClass(zip, entry, scan);
            }
        }
    }

    /** Returns whether the host has this very class: others may have a package of that prefix. */
    private static boolean isLent(String name) {
        return LENT.stream().anyMatch(name::startsWith)
                && ArtifactReader.class.getClassLoader().getResource(name) != null;
    }

    private static void note(List<String> notes, String name) {
        String library = name.startsWith("org/slf4j/") ? "slf4j" : "jspecify";
        String note = "its own copy of " + library + " is ignored; the host provides it";
        if (!notes.contains(note)) {
            notes.add(note);
        }
    }

    private static void scanClass(JarFile zip, JarEntry entry, ClassScan scan)
            throws InvalidPluginException, IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            scan.add(entry.getName(), in);
        } catch (ZipException e) {
            throw new InvalidPluginException(
                    "its entry " + entry.getName() + " is damaged; copy it again completely", e);
        }
    }

    /** The names in the index of extensions; empty where there is none. */
    private static List<String> index(ZipFile zip) throws IOException {
        ZipEntry entry = zip.getEntry(EXTENSIONS);
        if (entry == null) {
            return List.of();
        }
        try (InputStream in = zip.getInputStream(entry)) {
            return new String(in.readNBytes(MAX_INDEX_BYTES), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .toList();
        }
    }

    private static String extension(ZipFile zip, List<String> index) throws InvalidPluginException {
        if (zip.getEntry(EXTENSIONS) == null) {
            throw new InvalidPluginException("it has no " + EXTENSIONS
                    + "; annotate the platform with @Extension and put pf4j on the annotation processor path");
        }
        if (index.size() != 1) {
            throw new InvalidPluginException(EXTENSIONS + " names " + index.size() + " extensions " + index
                    + " (expected: exactly one, which implements Platform)");
        }
        return index.get(0);
    }

    /** The folders in the jar that hold jars. */
    private static Set<String> nestedJars(ZipFile zip) {
        Set<String> folders = new TreeSet<>();
        for (ZipEntry entry : Collections.list(zip.entries())) {
            Matcher nested = NESTED_JAR.matcher(entry.getName());
            if (nested.matches()) {
                folders.add(nested.group(1) == null ? "/" : nested.group(1));
            }
        }
        return folders;
    }
}
