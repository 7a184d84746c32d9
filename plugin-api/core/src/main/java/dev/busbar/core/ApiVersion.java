package dev.busbar.core;

/** The version of the plugin API, which a plugin's {@code Plugin-Requires} is held against. */
public final class ApiVersion {
    /** Semantic version: a minor step adds, a major step breaks. */
    public static final String CURRENT = "0.1.0";

    private ApiVersion() {}
}
