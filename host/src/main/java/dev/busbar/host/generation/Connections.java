package dev.busbar.host.generation;

import dev.busbar.host.entry.Doors;
import dev.busbar.host.routing.RouteCompiler;

/**
 * What connects generations to the rest of the host.
 *
 * @param compiler makes routes ready to be published
 * @param platforms makes the calls to other platforms
 * @param doors makes the doors into their code
 */
public record Connections(RouteCompiler compiler, PlatformsFactory platforms, Doors doors) {}
