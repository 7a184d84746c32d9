/**
 * One loaded copy of one plugin version, from the first byte of its code to the last: its lane, its pools, what is lent
 * to it, and its retirement. Decides nothing about which version runs. Entry types:
 * {@link dev.busbar.host.generation.LiveGeneration} for one, {@link dev.busbar.host.generation.Retirement} for all.
 */
@NullMarked
package dev.busbar.host.generation;

import org.jspecify.annotations.NullMarked;
