package dev.busbar.turbo.statistics;

import java.util.List;

/**
 * The hybrid score interval of a difference of two independent proportions: {@code d − √((p₁−l₁)² + (u₂−p₂)²)} and
 * {@code d + √((u₁−p₁)² + (p₂−l₂)²)} with Wilson limits. Method 10 of Newcombe 1998, Statistics in Medicine 17:873.
 */
public final class Newcombe {
    private Newcombe() {}

    /** The first rate minus the second, with its interval; undefined when either has nothing to divide by. */
    public static Measure difference(Proportion first, Proportion second, double z) {
        return Mover.combination(List.of(new Mover.Term(1, first), new Mover.Term(-1, second)), z);
    }
}
