package dev.busbar.turbo.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WilsonTest {
    private static final double Z = Normal.quantile(0.95);

    /** Newcombe 1998, Statistics in Medicine 17:857, method 3; printed with 4 decimals. */
    @ParameterizedTest
    @CsvSource({
        "81, 263, 0.2553, 0.3662",
        "15, 148, 0.0624, 0.1605",
        " 0,  20, 0.0000, 0.1611",
        " 1,  29, 0.0061, 0.1718"
    })
    void agrees_with_newcombes_published_limits(double successes, double total, double low, double high) {
        Measure rate = Wilson.rate(Proportion.of(successes, total), Z);

        assertThat(rate.value()).isEqualTo(successes / total);
        assertThat(rate.low()).isCloseTo(low, within(5e-5));
        assertThat(rate.high()).isCloseTo(high, within(5e-5));
        assertThat(rate.reason()).isNull();
    }

    @Test
    void limits_at_the_edges_are_exactly_the_edges() {
        for (int n = 1; n <= 500; n++) {
            assertThat(Wilson.rate(Proportion.of(0, n), Z).low()).isZero();
            assertThat(Wilson.rate(Proportion.of(n, n), Z).high()).isOne();
        }
    }

    @Test
    void nothing_to_divide_by_is_undefined_with_a_reason() {
        Measure rate = Wilson.rate(Proportion.ofCounts(0, 0, "rows of Female"), Z);

        assertThat(rate).isEqualTo(Measure.undefined("no rows of Female"));
    }

    @Test
    void sampling_weights_widen_the_interval_and_keep_the_rate() {
        // given weights 1, 1, 1, 3 of which the last two are favourable: worth 36 / 12 = 3 observations
        Proportion weighted = Proportion.ofWeights(4, 6, 12, "rows");

        Measure rate = Wilson.rate(weighted, Z);

        assertThat(weighted.effectiveTotal()).isEqualTo(3);
        assertThat(rate.value()).isEqualTo(4.0 / 6);
        Measure sameRateOfThree = Wilson.rate(Proportion.of(2, 3), Z);
        assertThat(rate.low()).isEqualTo(sameRateOfThree.low());
        assertThat(rate.high()).isEqualTo(sameRateOfThree.high());
    }

    @Test
    void the_normal_quantile_is_the_usual_one() {
        assertThat(Normal.quantile(0.95)).isCloseTo(1.959963984540054, within(1e-14));
        assertThat(Normal.quantile(0.99)).isCloseTo(2.5758293035489004, within(1e-14));
    }
}
