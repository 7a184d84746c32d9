package dev.busbar.host.testing;

/** The plugins that most tests need. Stateless. */
public final class Jars {
    private Jars() {}

    /** A plugin whose {@code GET /} answers its version. */
    public static PluginJar answering(String id, String version) {
        return answering(id, version, version);
    }

    /** A plugin whose {@code GET /} answers a text. */
    public static PluginJar answering(String id, String version, String text) {
        return PluginJar.named(id).version(version).route(answer("/", "\"" + text + "\""));
    }

    /** A public route that answers a text expression, as source. */
    public static String answer(String path, String expression) {
        return "Route.get(\"" + path + "\", r -> Response.text(" + expression + ")).access(Access.PUBLIC)";
    }
}
