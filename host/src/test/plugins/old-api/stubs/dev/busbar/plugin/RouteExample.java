package dev.busbar.plugin;

/** With the old names. */
public record RouteExample(int status, Object content) {
    public static RouteExample answer(int status, Object content) {
        return new RouteExample(status, content);
    }
}
