package dev.busbar.turbo.statistics;

/**
 * Two limits.
 *
 * @param low the lower one
 * @param high the upper one
 */
record Interval(double low, double high) {}
