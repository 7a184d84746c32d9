package dev.busbar.turbo.statistics;

import java.util.List;

/**
 * The interval of a linear combination of independent proportions, made from their Wilson intervals (method of variance
 * estimates recovery): for {@code θ = Σ cᵢpᵢ} and the limits {@code [lᵢ, uᵢ]} of {@code pᵢ},
 * {@code θ − √Σ(cᵢpᵢ − min(cᵢlᵢ, cᵢuᵢ))²} and {@code θ + √Σ(max(cᵢlᵢ, cᵢuᵢ) − cᵢpᵢ)²}. Zou, Huang and Zhang 2009,
 * Computational Statistics and Data Analysis 53:1080. With the coefficients 1 and −1 it is {@link Newcombe}'s method.
 */
public final class Mover {
    private Mover() {}

    /**
     * One summand.
     *
     * @param coefficient what the rate is multiplied with
     * @param proportion the rate, independent of those of the other terms
     */
    public record Term(double coefficient, Proportion proportion) {}

    /** The combination with its interval; undefined when a term has nothing to divide by. */
    public static Measure combination(List<Term> terms, double z) {
        double value = 0;
        double below = 0;
        double above = 0;
        for (Term term : terms) {
            Proportion proportion = term.proportion();
            if (proportion.isEmpty()) {
                return Measure.undefined(proportion.emptiness());
            }
            Interval interval = Wilson.interval(proportion, z);
            double one = term.coefficient() * interval.low();
            double other = term.coefficient() * interval.high();
            double summand = term.coefficient() * proportion.rate();
            value += summand;
            below += square(summand - Math.min(one, other));
            above += square(Math.max(one, other) - summand);
        }
        return Measure.of(value, value - Math.sqrt(below), value + Math.sqrt(above));
    }

    private static double square(double x) {
        return x * x;
    }
}
