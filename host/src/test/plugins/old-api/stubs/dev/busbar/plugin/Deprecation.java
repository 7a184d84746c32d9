package dev.busbar.plugin;

import java.net.URI;
import java.time.LocalDate;
import java.util.Optional;

/** The record that it was; its constructor is there still, with the same parameters, and private. */
public record Deprecation(LocalDate since, Optional<LocalDate> sunset, Optional<URI> link) {}
