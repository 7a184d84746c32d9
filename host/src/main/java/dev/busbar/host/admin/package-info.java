/**
 * The host's own API as {@code Route} data, served by the built-in generation {@code host} through the same table and
 * the same chains as any plugin. The features behind the routes do the work; here are only the types of
 * requests and responses. Entry type: {@link dev.busbar.host.admin.HostRoutes}.
 */
@NullMarked
package dev.busbar.host.admin;

import org.jspecify.annotations.NullMarked;
