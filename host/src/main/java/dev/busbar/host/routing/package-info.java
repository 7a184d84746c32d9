/**
 * The routes that are currently served: the immutable {@link dev.busbar.host.routing.RouteTable}, replaced by one
 * atomic write in {@link dev.busbar.host.routing.Routes}, and the dispatch of an invocation into a plugin's code:
 * lease, threads of the generation, deadline. The cost does not depend on the number of platforms and routes. Swaps of
 * generations belong to {@code lifecycle}.
 */
@NullMarked
package dev.busbar.host.routing;

import org.jspecify.annotations.NullMarked;
