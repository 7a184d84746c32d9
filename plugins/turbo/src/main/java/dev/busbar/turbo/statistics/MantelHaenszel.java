package dev.busbar.turbo.statistics;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * The common odds ratio of 2×2 tables: the odds of the first group over those of the second, held apart by stratum.
 * Above 1 the first group fares better than the second one of the same stratum. Mantel and Haenszel 1959, JNCI 22:719.
 */
public final class MantelHaenszel {
    private static final ChiSquaredDistribution ONE_DEGREE = ChiSquaredDistribution.of(1);
    private static final String PLAIN = "Mantel-Haenszel chi-squared";
    private static final String CORRECTED = "Mantel-Haenszel chi-squared with continuity correction";
    private static final double CORRECTION = 0.5;

    private MantelHaenszel() {}

    /**
     * {@code R/S} with {@code R = Σ ad/n}, {@code S = Σ bc/n}. The interval is that of Robins, Breslow and Greenland 1986,
     * Biometrics 42:311: {@code ln} of it has the variance {@code ΣPR/2R² + Σ(PS+QR)/2RS + ΣQS/2S²}, where
     * {@code P = (a+d)/n}, {@code Q = (b+c)/n}. For one table that is Woolf's {@code 1/a + 1/b + 1/c + 1/d}.
     */
    public static Measure oddsRatio(List<TwoByTwo> tables, double z) {
        double r = sum(tables, MantelHaenszel::concordant);
        double s = sum(tables, MantelHaenszel::discordant);
        if (s == 0) {
            return Measure.undefined(
                    r == 0
                            ? "no stratum has both groups and both outcomes"
                            : "the odds ratio is infinite: no stratum has the outcomes to divide by");
        }
        if (r == 0) {
            return Measure.withoutInterval(0, "the odds ratio is 0, so its logarithm has no interval");
        }
        double pr = sum(tables, t -> (t.a() + t.d()) / t.total() * concordant(t));
        double ps = sum(tables, t -> (t.a() + t.d()) / t.total() * discordant(t));
        double qr = sum(tables, t -> (t.b() + t.c()) / t.total() * concordant(t));
        double qs = sum(tables, t -> (t.b() + t.c()) / t.total() * discordant(t));
        double variance = pr / (2 * r * r) + (ps + qr) / (2 * r * s) + qs / (2 * s * s);
        double spread = z * Math.sqrt(variance);
        return Measure.of(r / s, r / s * Math.exp(-spread), r / s * Math.exp(spread));
    }

    /** Tests whether the common odds ratio is 1: {@code (Σa − ΣE)² / ΣV} on one degree of freedom. */
    public static Significance test(List<TwoByTwo> tables) {
        return test(PLAIN, tables, 0);
    }

    /**
     * The same with {@code (|Σa − ΣE| − ½)²}, closer to the exact test in small tables. As in R's
     * {@code mantelhaen.test}, a deviation below ½ is not corrected.
     */
    public static Significance testWithContinuity(List<TwoByTwo> tables) {
        return test(CORRECTED, tables, CORRECTION);
    }

    private static Significance test(String method, List<TwoByTwo> tables, double correction) {
        double variance = sum(tables, MantelHaenszel::variance);
        if (variance == 0) {
            return Significance.undefined(method, "no stratum has both groups and both outcomes");
        }
        double deviation = Math.abs(sum(tables, t -> t.a() - (t.a() + t.b()) * (t.a() + t.c()) / t.total()));
        double corrected = Limits.compare(deviation, correction) < 0 ? deviation : Math.max(0, deviation - correction);
        double statistic = corrected * corrected / variance;
        return Significance.of(method, statistic, ONE_DEGREE.survivalProbability(statistic));
    }

    private static double concordant(TwoByTwo t) {
        return t.a() * t.d() / t.total();
    }

    private static double discordant(TwoByTwo t) {
        return t.b() * t.c() / t.total();
    }

    private static double variance(TwoByTwo t) {
        double n = t.total();
        double rows = (t.a() + t.b()) / n * ((t.c() + t.d()) / n);
        double columns = (t.a() + t.c()) / n * ((t.b() + t.d()) / n);
        return n > 1 ? rows * columns * n * n / (n - 1) : 0;
    }

    /** Strata without both groups and both outcomes add nothing to any of the sums. */
    private static double sum(List<TwoByTwo> tables, ToDoubleFunction<TwoByTwo> term) {
        return tables.stream().filter(TwoByTwo::isInformative).mapToDouble(term).sum();
    }
}
