/**
 * Checks of a request before its route is known: client address, listener, host name and CORS. Entry type:
 * {@link dev.busbar.host.edge.Edge}.
 */
@NullMarked
package dev.busbar.host.edge;

import org.jspecify.annotations.NullMarked;
