package dev.busbar.rig;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** A builder of plugin jars from platform classes that are compiled with the tests. */
public final class PluginArchive {
    private static final String SERVICES = "META-INF/services/";

    private final Map<String, byte[]> contents = new TreeMap<>();
    private final String platform;

    /** Reads the classes of a platform. */
    public PluginArchive(Class<?> platform) {
        this(platform, List.of());
    }

    /** Reads the classes of a platform, and of the libraries bundled in its jar. */
    public PluginArchive(Class<?> platform, List<Path> libraries) {
        this(location(platform), platform.getName(), libraries);
    }

    /** Reads the classes of a platform by name from a directory of classes, which may belong to another version. */
    public PluginArchive(Path classes, String platform) {
        this(classes, platform, List.of());
    }

    private PluginArchive(Path classes, String platform, List<Path> libraries) {
        this.platform = platform;
        Path type = classes.resolve(platform.replace('.', '/'));
        try {
            for (Path library : libraries) {
                addLibrary(library);
            }
            try (Stream<Path> files = Files.list(type.resolveSibling(""))) {
                String name = type.getFileName().toString();
                for (Path file : files.filter(each -> belongs(each, name)).toList()) {
                    contents.put(classes.relativize(file).toString(), Files.readAllBytes(file));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path location(Class<?> platform) {
        try {
            return Path.of(
                    platform.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a code source is a URI", e);
        }
    }

    private static boolean belongs(Path file, String simpleName) {
        return file.getFileName().toString().matches(simpleName + "(\\$.*)?\\.class");
    }

    private void addLibrary(Path library) throws IOException {
        try (ZipFile zip = new ZipFile(library.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (isTaken(entry)) {
                    try (InputStream in = zip.getInputStream(entry)) {
                        contents.merge(entry.getName(), in.readAllBytes(), (a, b) -> both(entry.getName(), a, b));
                    }
                }
            }
        }
    }

    /** Manifest and signatures belong to the unpacked jar, and a plugin is not a module. */
    private static boolean isTaken(ZipEntry entry) {
        String name = entry.getName();
        boolean ofTheJar = name.matches("META-INF/([^/]*\\.(SF|RSA|DSA|MF)|INDEX\\.LIST|versions/.*)");
        return !entry.isDirectory() && !ofTheJar && !name.endsWith("module-info.class");
    }

    /** Service files are concatenated; of other duplicates the first is used. */
    private static byte[] both(String name, byte[] first, byte[] second) {
        if (!name.startsWith(SERVICES)) {
            return first;
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(first);
        all.write('\n');
        all.writeBytes(second);
        return all.toByteArray();
    }

    /** Packs a jar with these lines in {@code bench.properties}. */
    public byte[] pack(String id, String version, List<String> properties) {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Plugin-Id", id);
        main.putValue("Plugin-Version", version);
        main.putValue("Plugin-Provider", "bench");
        main.putValue("Plugin-Requires", "*");
        Map<String, byte[]> entries = new TreeMap<>(contents);
        entries.put("META-INF/extensions.idx", (platform + "\n").getBytes(StandardCharsets.UTF_8));
        entries.put("bench.properties", String.join("\n", properties).getBytes(StandardCharsets.UTF_8));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                jar.putNextEntry(new JarEntry(entry.getKey()));
                jar.write(entry.getValue());
                jar.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
