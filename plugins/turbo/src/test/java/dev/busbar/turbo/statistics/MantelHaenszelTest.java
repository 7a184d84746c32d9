package dev.busbar.turbo.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MantelHaenszelTest {
    private static final double Z = Normal.quantile(0.95);

    /** Men admitted, men rejected, women admitted, women rejected: Bickel, Hammel and O'Connell 1975, Science 187. */
    private static final List<TwoByTwo> BERKELEY = List.of(
            new TwoByTwo(512, 313, 89, 19),
            new TwoByTwo(353, 207, 17, 8),
            new TwoByTwo(120, 205, 202, 391),
            new TwoByTwo(138, 279, 131, 244),
            new TwoByTwo(53, 138, 94, 299),
            new TwoByTwo(22, 351, 24, 317));

    @Test
    void common_odds_ratio_of_men_against_women_in_berkeley_agrees_with_r() {
        Measure ratio = MantelHaenszel.oddsRatio(BERKELEY, Z);

        assertThat(ratio.value()).isCloseTo(0.9046968, within(5e-8));
        assertThat(ratio.low()).isCloseTo(0.771907, within(5e-7));
        assertThat(ratio.high()).isCloseTo(1.060330, within(5e-7));
    }

    @Test
    void chi_squared_of_berkeley_agrees_with_r() {
        Significance corrected = MantelHaenszel.testWithContinuity(BERKELEY);
        Significance plain = MantelHaenszel.test(BERKELEY);

        assertThat(corrected.statistic()).isCloseTo(1.426946, within(5e-7));
        assertThat(corrected.p()).isCloseTo(0.232263, within(5e-7));
        assertThat(plain.statistic()).isCloseTo(1.524607, within(5e-7));
        assertThat(plain.p()).isCloseTo(0.216924, within(5e-7));
    }

    @Test
    void one_table_gives_its_odds_ratio_with_woolfs_interval() {
        TwoByTwo table = new TwoByTwo(1198, 2691 - 1198, 557, 1835 - 557);

        Measure ratio = MantelHaenszel.oddsRatio(List.of(table), Z);

        double odds = table.a() * table.d() / (table.b() * table.c());
        double woolf = Math.sqrt(1 / table.a() + 1 / table.b() + 1 / table.c() + 1 / table.d());
        assertThat(ratio.value()).isCloseTo(odds, within(1e-12));
        assertThat(ratio.low()).isCloseTo(odds * Math.exp(-Z * woolf), within(1e-12));
        assertThat(ratio.high()).isCloseTo(odds * Math.exp(Z * woolf), within(1e-12));
    }

    @Test
    void strata_with_one_group_or_one_outcome_change_nothing() {
        List<TwoByTwo> more = new ArrayList<>(BERKELEY);
        more.add(new TwoByTwo(0, 0, 0, 0));
        more.add(new TwoByTwo(4, 5, 0, 0));
        more.add(new TwoByTwo(4, 0, 7, 0));
        more.add(new TwoByTwo(0, 1, 0, 0));

        assertThat(MantelHaenszel.oddsRatio(more, Z)).isEqualTo(MantelHaenszel.oddsRatio(BERKELEY, Z));
        assertThat(MantelHaenszel.test(more)).isEqualTo(MantelHaenszel.test(BERKELEY));
    }

    @Test
    void nothing_to_compare_infinity_and_zero_are_told_apart() {
        Measure nothing = MantelHaenszel.oddsRatio(List.of(new TwoByTwo(4, 5, 0, 0)), Z);
        Measure infinite = MantelHaenszel.oddsRatio(List.of(new TwoByTwo(4, 0, 3, 5)), Z);
        Measure zero = MantelHaenszel.oddsRatio(List.of(new TwoByTwo(0, 4, 3, 5)), Z);

        assertThat(nothing).isEqualTo(Measure.undefined("no stratum has both groups and both outcomes"));
        assertThat(infinite.value()).isNull();
        assertThat(infinite.reason()).contains("infinite");
        assertThat(zero.value()).isZero();
        assertThat(zero.low()).isNull();
        assertThat(MantelHaenszel.test(List.of(new TwoByTwo(4, 5, 0, 0))).reason())
                .contains("no stratum");
    }

    @Test
    void a_deviation_below_one_half_is_not_corrected() {
        // R: mantelhaen.test leaves the correction out when |sum(a) - sum(E)| < 0.5
        List<TwoByTwo> even = List.of(new TwoByTwo(10, 10, 9, 10), new TwoByTwo(5, 5, 5, 5));

        assertThat(MantelHaenszel.testWithContinuity(even).statistic())
                .isEqualTo(MantelHaenszel.test(even).statistic());
    }

    /** The deviation is exactly one half, of quotients that are not exact in floating point. */
    @Test
    void a_deviation_of_exactly_one_half_is_corrected_to_0() {
        List<TwoByTwo> half = List.of(new TwoByTwo(9, 6, 6, 5), new TwoByTwo(3, 2, 7, 1));

        assertThat(MantelHaenszel.testWithContinuity(half).statistic()).isZero();
        assertThat(MantelHaenszel.test(half).statistic()).isPositive();
    }
}
