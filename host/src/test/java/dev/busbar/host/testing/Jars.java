package dev.busbar.host.testing;

/** Common plugins of tests. Stateless. */
public final class Jars {
    private Jars() {}

    /** A plugin whose {@code GET /} returns its version. */
    public static PluginJar answering(String id, String version) {
        return answering(id, version, version);
    }

    /** A plugin whose {@code GET /} returns a text. */
    public static PluginJar answering(String id, String version, String text) {
        return PluginJar.named(id).version(version).route(answer("/", "\"" + text + "\""));
    }

    /** The source of a public route that returns a text expression. */
    public static String answer(String path, String expression) {
        return "Route.get(\"" + path + "\", r -> Response.text(" + expression + ")).access(Access.PUBLIC)";
    }
}
