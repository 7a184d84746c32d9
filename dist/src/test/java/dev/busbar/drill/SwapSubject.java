package dev.busbar.drill;

import dev.busbar.drill.plugin.DrillPlatform;
import dev.busbar.drill.plugin.HttpClientPlatform;
import dev.busbar.drill.plugin.JacksonPlatform;
import dev.busbar.drill.plugin.JenaPlatform;
import dev.busbar.rig.PluginArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A plugin to swap.
 *
 * @param name the library it uses
 * @param archive its classes and bundled libraries
 * @param uploads whether each swap uploads a new jar; a large one is reloaded instead, so that the store does not grow
 * @param property a property for its classes
 */
record SwapSubject(String name, PluginArchive archive, boolean uploads, String property) {
    static final String ID = "drill";

    /** The subject with a name. */
    static SwapSubject of(String name, String property) throws IOException {
        return switch (name) {
            case "plain" -> new SwapSubject(name, new PluginArchive(DrillPlatform.class), true, property);
            case "http" -> new SwapSubject(name, new PluginArchive(HttpClientPlatform.class), true, property);
            case "jackson" ->
                new SwapSubject(
                        name, new PluginArchive(JacksonPlatform.class, libraries("jackson-.*")), false, property);
            case "jena" ->
                new SwapSubject(
                        name, new PluginArchive(JenaPlatform.class, libraries("(?!jackson-).*")), false, property);
            default ->
                throw new IllegalArgumentException(
                        "no plugin \"" + name + "\" (expected: plain, jackson, http or jena)");
        };
    }

    private static List<Path> libraries(String names) throws IOException {
        Path folder = Path.of(System.getenv("BUSBAR_HOME")).resolveSibling("drill-libs");
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(each -> each.getFileName().toString().matches(names + "\\.jar"))
                    .sorted()
                    .toList();
        }
    }

    /** A jar of the plugin. */
    byte[] jar(int serial) {
        return archive.pack(ID, "1." + serial + ".0", List.of("serial=" + serial, property));
    }
}
