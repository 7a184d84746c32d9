package dev.busbar.plugin;

/** The record that it was. */
public record Access(String action) {
    public static Access action(String name) {
        return new Access(name);
    }
}
