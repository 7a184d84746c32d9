package dev.busbar.turbo.statistics;

import org.jspecify.annotations.Nullable;

/**
 * The result of a two-sided test.
 *
 * @param method which test
 * @param statistic its statistic; null when it has none, or is undefined
 * @param p how probable a result at least as extreme is when there is no difference; null when undefined
 * @param reason why something is null; null when nothing is
 */
public record Significance(
        String method,
        @Nullable Double statistic,
        @Nullable Double p,
        @Nullable String reason) {

    static Significance of(String method, double statistic, double p) {
        return new Significance(method, statistic, p, null);
    }

    /** A test that cannot be made. */
    public static Significance undefined(String method, String reason) {
        return new Significance(method, null, null, reason);
    }

    /** Whether the result is too improbable for chance at a level, such as 0.05; no when undefined. */
    public boolean significantAt(double level) {
        return p != null && p < level;
    }
}
