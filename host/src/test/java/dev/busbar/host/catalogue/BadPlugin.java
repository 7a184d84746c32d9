package dev.busbar.host.catalogue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A case of the catalogue: an invalid plugin and the expected reaction of the host. Immutable.
 *
 * @param name the name of the folder, and the plugin's id unless its manifest has another
 * @param folder the folder of its sources
 * @param expected the expectations
 */
record BadPlugin(String name, JarFolder folder, Properties expected) {
    static final Path FOLDERS = Path.of("src/test/plugins");

    /** All cases, by name. */
    static List<BadPlugin> all() {
        try (Stream<Path> folders = Files.list(FOLDERS)) {
            return folders.filter(Files::isDirectory)
                    .sorted()
                    .map(BadPlugin::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The cases of a kind. */
    static Stream<BadPlugin> ofKind(String kind) {
        return all().stream().filter(bad -> bad.kind().equals(kind));
    }

    static BadPlugin named(String name) {
        return read(FOLDERS.resolve(name));
    }

    private static BadPlugin read(Path folder) {
        String name = folder.getFileName().toString();
        return new BadPlugin(
                name, new JarFolder(folder, name), JarFolder.properties(folder.resolve("expected.properties")));
    }

    /** The kind, which determines the test. */
    String kind() {
        return required("kind");
    }

    /** The behaviour in one sentence. */
    String about() {
        return required("about");
    }

    /** The reaction of the host in one sentence. */
    String host() {
        return required("host");
    }

    /** The expected state. */
    String state() {
        return required("state");
    }

    /** A text that the reason must contain. */
    String reason() {
        return required("reason");
    }

    /** The file name in the drop folder. */
    String fileName() {
        return name + ".jar";
    }

    byte[] jar() {
        return folder.bytes();
    }

    Optional<String> find(String key) {
        return Optional.ofNullable(expected.getProperty(key));
    }

    String required(String key) {
        return find(key).orElseThrow(() -> new IllegalStateException(name + "/expected.properties: no " + key));
    }

    @Override
    public String toString() {
        return name;
    }
}
