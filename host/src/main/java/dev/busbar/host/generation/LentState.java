package dev.busbar.host.generation;

import dev.busbar.core.state.DocumentTypes;
import dev.busbar.host.state.PlatformState;

/**
 * The lasting state of its platform, as it is lent to one generation. Thread-safe.
 *
 * @param types the document types that the generation declares
 */
record LentState(DocumentTypes types, PlatformState state) {}
