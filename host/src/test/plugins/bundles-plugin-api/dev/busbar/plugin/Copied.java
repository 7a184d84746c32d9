package dev.busbar.plugin;

/** Stands for a whole copy of the plugin API. */
public final class Copied {}
