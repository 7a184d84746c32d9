package dev.busbar.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** A plugin jar packed from a platform class that was compiled with the measurements, so that none is compiled again. */
final class PluginArchive {
    private final Map<String, byte[]> classes = new TreeMap<>();
    private final String platform;

    /** Reads the classes of a platform. */
    PluginArchive(Class<?> platform) {
        this.platform = platform.getName();
        try {
            Path root = Path.of(
                    platform.getProtectionDomain().getCodeSource().getLocation().toURI());
            Path folder = root.resolve(platform.getPackageName().replace('.', '/'));
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.filter(each -> belongs(each, platform)).toList()) {
                    classes.put(root.relativize(file).toString(), Files.readAllBytes(file));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a code source is a URI", e);
        }
    }

    private static boolean belongs(Path file, Class<?> platform) {
        return file.getFileName().toString().matches(platform.getSimpleName() + "(\\$.*)?\\.class");
    }

    /** Packs a jar whose {@code bench.properties} holds these lines. */
    byte[] pack(String id, String version, List<String> properties) {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Plugin-Id", id);
        main.putValue("Plugin-Version", version);
        main.putValue("Plugin-Provider", "bench");
        main.putValue("Plugin-Requires", "*");
        Map<String, byte[]> entries = new TreeMap<>(classes);
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
