package dev.busbar.host.generation;

import dev.busbar.host.entry.Doors;
import dev.busbar.host.routing.RouteCompiler;
import dev.busbar.host.state.States;

/**
 * The connections of generations to the rest of the host. Immutable.
 *
 * @param compiler prepares routes to be published
 * @param platforms makes the calls to other platforms
 * @param jobs makes their jobs
 * @param doors creates the doors into their code
 * @param states lends them the lasting state of their platforms
 */
public record Connections(
        RouteCompiler compiler, PlatformsFactory platforms, JobsFactory jobs, Doors doors, States states) {}
