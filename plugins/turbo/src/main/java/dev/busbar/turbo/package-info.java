/**
 * The turbo platform: measures bias in decisions. Here live its routes, the reading of a table of decisions, the
 * counting of its rows, the audit made of the counts. The formulas live in {@code dev.busbar.turbo.statistics}. A
 * table is never kept: its rows are counted by group, outcome and stratum while they arrive. Entry type:
 * {@link dev.busbar.turbo.TurboPlatform}.
 */
@NullMarked
package dev.busbar.turbo;

import org.jspecify.annotations.NullMarked;
