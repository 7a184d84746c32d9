/**
 * The starts of generations on this node: the journal of starts, in which the next process finds the digest whose start
 * has crashed this one, and the gate that decides which starts run at the same time.
 */
@NullMarked
package dev.busbar.host.starts;

import org.jspecify.annotations.NullMarked;
