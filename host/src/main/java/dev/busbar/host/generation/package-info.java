/**
 * Generations: loaded copies of plugin versions, each with its lane, its pools, the resources that are lent to it, and its
 * retirement. Decides nothing about which version runs. Entry types:
 * {@link dev.busbar.host.generation.LiveGeneration} for one, {@link dev.busbar.host.generation.Retirement} for all.
 */
@NullMarked
package dev.busbar.host.generation;

import org.jspecify.annotations.NullMarked;
