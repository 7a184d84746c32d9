package dev.busbar.host.catalogue;

import dev.busbar.host.testing.Compiled;
import dev.busbar.host.testing.JarBytes;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Predicate;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A folder of sources that is built into a jar. Without sources it is the {@link GoodPlugin}; a file {@code plugin.jar} is used as is. {@code build.properties} modifies the result: {@code classVersion} of all class files, {@code leaveOut} an entry, {@code keepPercent} of the bytes, {@code libraries}, a folder of {@code target/test-libraries} whose jars are unpacked into this one. Immutable.
 *
 * @param path the folder
 * @param id the plugin id, unless {@code manifest.txt} sets another
 */
record JarFolder(Path path, String id) {
    private static final String VERSION = "2.0.0";
    private static final Path LIBRARIES = Path.of("target/test-libraries");

    /** The other jars of the case by file name. */
    Map<String, JarFolder> others() {
        Map<String, JarFolder> others = new LinkedHashMap<>();
        for (Path folder : list(path.resolve("with"), Files::isDirectory)) {
            others.put(folder.getFileName() + ".jar", new JarFolder(folder, id));
        }
        return others;
    }

    /** The jar; identical bytes for each call. */
    byte[] bytes() {
        try {
            if (Files.exists(path.resolve("plugin.jar"))) {
                return Files.readAllBytes(path.resolve("plugin.jar"));
            }
            Properties build = properties(path.resolve("build.properties"));
            byte[] whole = JarBytes.of(entries(build));
            int percent = Integer.parseInt(build.getProperty("keepPercent", "100"));
            return Arrays.copyOf(whole, whole.length * percent / 100);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, byte[]> entries(Properties build) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put(JarFile.MANIFEST_NAME, JarBytes.manifest(attributes()));
        entries.put("META-INF/extensions.idx", GoodPlugin.index());
        List<Path> libraries = libraries(build.getProperty("libraries", ""));
        Map<String, byte[]> classes = classes(libraries);
        int version = Integer.parseInt(build.getProperty("classVersion", "0"));
        if (version > 0) {
            classes.values().forEach(bytes -> bytes[7] = (byte) version);
        }
        entries.putAll(classes);
        for (Path library : libraries) {
            unpack(library, entries);
        }
        for (Path file : files(path.resolve("resources"), any -> true)) {
            entries.put(relative(path.resolve("resources"), file), Files.readAllBytes(file));
        }
        entries.remove(build.getProperty("leaveOut", ""));
        return entries;
    }

    private Map<String, String> attributes() throws IOException {
        Map<String, String> attributes = GoodPlugin.attributes(id, VERSION);
        Path manifest = path.resolve("manifest.txt");
        for (String line : Files.exists(manifest) ? Files.readAllLines(manifest) : List.<String>of()) {
            if (line.startsWith("-")) {
                attributes.remove(line.substring(1));
            } else {
                int colon = line.indexOf(": ");
                attributes.put(line.substring(0, colon), line.substring(colon + 2));
            }
        }
        return attributes;
    }

    private Map<String, byte[]> classes(List<Path> libraries) throws IOException {
        Map<String, String> sources = sources(path);
        Map<String, String> stubs = sources(path.resolve("stubs"));
        if (!sources.containsKey("badplugin/Plugin.java")) {
            Map<String, byte[]> classes = new LinkedHashMap<>();
            GoodPlugin.classes().forEach((name, bytes) -> classes.put(name, bytes.clone()));
            return classes;
        }
        Map<String, String> all = new LinkedHashMap<>(sources);
        all.putAll(stubs);
        Map<String, byte[]> classes = new LinkedHashMap<>(Compiled.of(all, libraries));
        for (String stub : stubs.keySet()) {
            String name = stub.substring(0, stub.length() - ".java".length());
            classes.keySet().removeIf(entry -> entry.equals(name + ".class") || entry.startsWith(name + "$"));
        }
        return classes;
    }

    /** The sources below a folder; those directly in it are in the package {@code badplugin}. */
    private static Map<String, String> sources(Path folder) throws IOException {
        List<Path> below = files(folder, file -> file.toString().endsWith(".java"));
        Map<String, String> sources = new LinkedHashMap<>();
        for (Path file : below) {
            String name = relative(folder, file);
            if (!name.startsWith("with/") && !name.startsWith("stubs/") && !name.startsWith("resources/")) {
                sources.put(name.contains("/") ? name : "badplugin/" + name, Files.readString(file));
            }
        }
        return sources;
    }

    private static List<Path> libraries(String name) {
        if (name.isEmpty()) {
            return List.of();
        }
        List<Path> jars = list(LIBRARIES.resolve(name), file -> file.toString().endsWith(".jar"));
        if (jars.isEmpty()) {
            throw new IllegalStateException(
                    "no jar in " + LIBRARIES.resolve(name) + "; the Maven build puts them there");
        }
        return jars;
    }

    private static void unpack(Path library, Map<String, byte[]> entries) throws IOException {
        try (JarFile jar = new JarFile(library.toFile())) {
            for (var entry : jar.stream().toList()) {
                String name = entry.getName();
                boolean wanted = !name.startsWith("META-INF/") || name.startsWith("META-INF/services/");
                if (!entry.isDirectory() && wanted && !name.equals("module-info.class")) {
                    entries.putIfAbsent(name, jar.getInputStream(entry).readAllBytes());
                }
            }
        }
    }

    private static String relative(Path folder, Path file) {
        return folder.relativize(file).toString().replace('\\', '/');
    }

    private static List<Path> list(Path folder, Predicate<Path> wanted) {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(wanted).sorted().collect(Collectors.toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files(Path folder, Predicate<Path> wanted) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).filter(wanted).sorted().toList();
        }
    }

    /** The properties of a file; empty if it does not exist. */
    static Properties properties(Path file) {
        Properties properties = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return properties;
    }
}
