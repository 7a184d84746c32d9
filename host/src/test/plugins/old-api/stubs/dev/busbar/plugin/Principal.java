package dev.busbar.plugin;

/** The record that it was. */
public record Principal(String id) {}
