/**
 * What is served now: the immutable {@link dev.busbar.host.routing.RouteTable}, replaced whole by one atomic write in
 * {@link dev.busbar.host.routing.Routes}, and the way of an invocation from there into a plugin's code: lease, dispatch
 * to the generation's own threads, deadline. Its cost does not depend on how many platforms and routes there are. The
 * swap of generations itself is the business of {@code lifecycle}.
 */
@NullMarked
package dev.busbar.host.routing;

import org.jspecify.annotations.NullMarked;
