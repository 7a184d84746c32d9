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
 * One case of the catalogue: a jar, and what the host is to make of it. Immutable.
 *
 * @param name the folder's name, which is the plugin's id too unless its manifest says otherwise
 * @param folder where its sources are
 * @param expected what is to come of it
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

    /** The cases that are driven in one way. */
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

    /** How it is driven. */
    String kind() {
        return required("kind");
    }

    /** What it does, in one sentence. */
    String about() {
        return required("about");
    }

    /** What the host does, in one sentence. */
    String host() {
        return required("host");
    }

    /** The state that it comes to. */
    String state() {
        return required("state");
    }

    /** What the reason must contain. */
    String reason() {
        return required("reason");
    }

    /** The name of its file in the drop folder. */
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
