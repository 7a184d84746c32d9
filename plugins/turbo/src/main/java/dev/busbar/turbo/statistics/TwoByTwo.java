package dev.busbar.turbo.statistics;

/**
 * The outcomes of two groups.
 *
 * @param a favourable outcomes of the first group
 * @param b unfavourable outcomes of the first group
 * @param c favourable outcomes of the second group
 * @param d unfavourable outcomes of the second group
 */
public record TwoByTwo(double a, double b, double c, double d) {
    double total() {
        return a + b + c + d;
    }

    /** Whether the table says anything about the odds ratio: both groups and both outcomes occur. */
    public boolean isInformative() {
        return a + b > 0 && c + d > 0 && a + c > 0 && b + d > 0;
    }
}
