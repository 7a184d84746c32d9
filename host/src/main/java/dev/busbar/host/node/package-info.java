/**
 * The identity of this host among those that share a store: the name that its data directory keeps, and the proof that
 * no other running host has it. Entry type is {@link dev.busbar.host.node.Node}. What is stored for a node is the
 * business of the packages that store it.
 */
@NullMarked
package dev.busbar.host.node;

import org.jspecify.annotations.NullMarked;
