/**
 * Desired state, shared by all nodes: which jar of which plugin shall run, with which configuration, and what ran before.
 * Its entry type is {@link dev.busbar.host.desired.DesiredStore}; {@link dev.busbar.host.desired.DesiredFeed} follows the
 * changes of other nodes. Decisions about what runs on this node are made in {@code lifecycle}.
 */
@NullMarked
package dev.busbar.host.desired;

import org.jspecify.annotations.NullMarked;
