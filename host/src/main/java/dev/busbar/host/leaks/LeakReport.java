package dev.busbar.host.leaks;

import dev.busbar.host.entry.Generation;
import java.util.List;

/**
 * A retired generation that is still in memory after a collection.
 *
 * @param suspects who may hold it, each in words for people
 */
public record LeakReport(Generation generation, List<String> suspects) {}
