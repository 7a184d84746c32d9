package dev.busbar.host.generation;

import dev.busbar.host.entry.Doors;
import dev.busbar.host.routing.RouteCompiler;

/**
 * The connections of generations to the rest of the host. Immutable.
 *
 * @param compiler prepares routes to be published
 * @param platforms makes the calls to other platforms
 * @param jobs makes their jobs
 * @param doors creates the doors into their code
 */
public record Connections(RouteCompiler compiler, PlatformsFactory platforms, JobsFactory jobs, Doors doors) {}
