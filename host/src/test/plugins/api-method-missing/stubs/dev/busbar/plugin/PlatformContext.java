package dev.busbar.plugin;

/** A context of some other API, which has one method more. */
public interface PlatformContext {
    String region();
}
