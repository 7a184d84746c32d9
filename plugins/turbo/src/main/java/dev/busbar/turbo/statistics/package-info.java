/**
 * The statistics of group fairness as pure functions of counts: proportions, their intervals, tests of a difference,
 * odds ratios over strata. Nothing here knows of audits, rows, columns or requests. Entry type:
 * {@link dev.busbar.turbo.statistics.Proportion}. Nothing is rounded; what is undefined is a
 * {@link dev.busbar.turbo.statistics.Measure} without a value, with the reason. Everything is immutable.
 */
@NullMarked
package dev.busbar.turbo.statistics;

import org.jspecify.annotations.NullMarked;
