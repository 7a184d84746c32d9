package dev.busbar.host.leaks;

import dev.busbar.host.entry.Generation;
import java.util.List;

/**
 * A retired generation that is still in memory after a collection.
 *
 * @param suspects the possible holders, each as a text for operators
 */
public record LeakReport(Generation generation, List<String> suspects) {}
