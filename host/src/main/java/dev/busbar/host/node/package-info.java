/**
 * The identity of this host among those that share a store: the name in its data directory, and the lease that no other
 * running host holds. Entry type is {@link dev.busbar.host.node.Node}. The state of a node belongs to the packages that
 * store it.
 */
@NullMarked
package dev.busbar.host.node;

import org.jspecify.annotations.NullMarked;
