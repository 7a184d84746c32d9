package dev.busbar.plugin.testing;

import dev.busbar.plugin.Route;
import java.util.List;

/**
 * One route of the platform under test.
 *
 * @param route the route as declared
 * @param parameters the names of the parameters of its path, in order
 */
record TestRoute(Route route, List<String> parameters) {}
