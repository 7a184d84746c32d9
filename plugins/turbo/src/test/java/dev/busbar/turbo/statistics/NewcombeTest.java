package dev.busbar.turbo.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NewcombeTest {
    private static final double Z = Normal.quantile(0.95);

    /** Newcombe 1998, Statistics in Medicine 17:873, table II, method 10; printed with 4 decimals. */
    @ParameterizedTest
    @CsvSource({
        "56, 70, 48, 80,  0.0524, 0.3339",
        " 9, 10,  3, 10,  0.1705, 0.8090",
        "10, 10,  0, 20,  0.6791, 1.0000",
        " 5, 56,  0, 29, -0.0381, 0.1926"
    })
    void agrees_with_newcombes_published_limits(double a, double m, double b, double n, double low, double high) {
        Measure difference = Newcombe.difference(Proportion.of(a, m), Proportion.of(b, n), Z);

        assertThat(difference.value()).isCloseTo(a / m - b / n, within(1e-15));
        assertThat(difference.low()).isCloseTo(low, within(5e-5));
        assertThat(difference.high()).isCloseTo(high, within(5e-5));
    }

    @Test
    void swapping_the_groups_mirrors_the_interval() {
        Measure one = Newcombe.difference(Proportion.of(56, 70), Proportion.of(48, 80), Z);
        Measure other = Newcombe.difference(Proportion.of(48, 80), Proportion.of(56, 70), Z);

        assertThat(one.low()).isEqualTo(-other.high());
        assertThat(one.high()).isEqualTo(-other.low());
    }

    @Test
    void a_mean_of_two_differences_with_equal_terms_is_narrower_by_root_two() {
        Proportion u = Proportion.of(56, 70);
        Proportion v = Proportion.of(48, 80);

        Measure single = Newcombe.difference(u, v, Z);
        Measure mean = Mover.combination(
                List.of(
                        new Mover.Term(0.5, u),
                        new Mover.Term(-0.5, v),
                        new Mover.Term(0.5, u),
                        new Mover.Term(-0.5, v)),
                Z);

        assertThat(mean.value()).isCloseTo(single.value(), within(1e-15));
        assertThat(mean.value() - mean.low()).isCloseTo((single.value() - single.low()) / Math.sqrt(2), within(1e-15));
    }

    @Test
    void an_empty_side_is_undefined_with_a_reason() {
        Measure difference = Newcombe.difference(Proportion.of(1, 2), Proportion.ofCounts(0, 0, "rows of Male"), Z);

        assertThat(difference).isEqualTo(Measure.undefined("no rows of Male"));
    }
}
