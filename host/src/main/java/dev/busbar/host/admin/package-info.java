/**
 * The host's own API as {@code Route} data, served by the built-in generation {@code host} through the same table and
 * the same chains as any plugin. What a route does is done by the feature it fronts; here are only the shapes that go
 * over the wire. Entry type: {@link dev.busbar.host.admin.HostRoutes}.
 */
@NullMarked
package dev.busbar.host.admin;

import org.jspecify.annotations.NullMarked;
