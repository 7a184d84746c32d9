package dev.busbar.host.catalogue;

import dev.busbar.host.testing.Compiled;
import dev.busbar.host.testing.JarBytes;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builder of a valid plugin with any id and version; its only route returns its version. Stateless. */
final class GoodPlugin {
    private static final Map<String, byte[]> CLASSES = Compiled.of(Map.of("badplugin/Plugin.java", """
            package badplugin;

            import dev.busbar.plugin.Access;
            import dev.busbar.plugin.Platform;
            import dev.busbar.plugin.PlatformContext;
            import dev.busbar.plugin.Response;
            import dev.busbar.plugin.Route;
            import java.util.List;

            public final class Plugin implements Platform {
                private String version = "";

                @Override
                public void start(PlatformContext context) {
                    version = context.version();
                }

                @Override
                public List<Route> routes() {
                    return List.of(Route.get("/", request -> Response.text(version)).access(Access.PUBLIC));
                }
            }
            """), List.of());

    private GoodPlugin() {}

    static Map<String, byte[]> classes() {
        return CLASSES;
    }

    static byte[] jar(String id, String version) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("META-INF/MANIFEST.MF", JarBytes.manifest(attributes(id, version)));
        entries.put("META-INF/extensions.idx", index());
        entries.putAll(CLASSES);
        return JarBytes.of(entries);
    }

    static Map<String, String> attributes(String id, String version) {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("Plugin-Id", id);
        attributes.put("Plugin-Version", version);
        attributes.put("Plugin-Provider", "test");
        attributes.put("Plugin-Requires", "*");
        return attributes;
    }

    static byte[] index() {
        return "badplugin.Plugin\n".getBytes(StandardCharsets.UTF_8);
    }
}
