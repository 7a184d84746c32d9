package dev.busbar.turbo.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class KatzTest {
    private static final double Z = Normal.quantile(0.95);

    /** Uniform Guidelines questions and answers 12, 44 FR 11996 (1979): 12 of 40 against 48 of 80. */
    @Test
    void ratio_of_the_uniform_guidelines_example_is_one_half() {
        Measure ratio = Katz.ratio(Proportion.of(12, 40), Proportion.of(48, 80), Z);

        assertThat(ratio.value()).isCloseTo(0.5, within(1e-15));
        assertThat(ratio.low()).isCloseTo(0.301433, within(5e-7));
        assertThat(ratio.high()).isCloseTo(0.829372, within(5e-7));
    }

    @Test
    void the_log_interval_is_symmetric_under_swapping() {
        Measure one = Katz.ratio(Proportion.of(12, 40), Proportion.of(48, 80), Z);
        Measure other = Katz.ratio(Proportion.of(48, 80), Proportion.of(12, 40), Z);

        assertThat(one.low() * other.high()).isCloseTo(1, within(1e-14));
        assertThat(one.high() * other.low()).isCloseTo(1, within(1e-14));
    }

    @Test
    void a_group_that_is_shut_out_has_ratio_0_with_walters_upper_limit() {
        Measure ratio = Katz.ratio(Proportion.of(0, 1000), Proportion.of(500, 1000), Z);

        // (0.5/1000.5)/(500.5/1000.5) · exp(z · sqrt(2 − 1/1000.5 + 1/500.5 − 1/1000.5))
        double expected = 0.5 / 500.5 * Math.exp(Z * Math.sqrt(2 - 2 / 1000.5 + 1 / 500.5));
        assertThat(ratio.value()).isZero();
        assertThat(ratio.low()).isZero();
        assertThat(ratio.high()).isCloseTo(expected, within(1e-12));
        assertThat(ratio.reason()).contains("Walter 1975");
    }

    @Test
    void a_reference_rate_of_0_leaves_the_ratio_undefined() {
        Measure ratio = Katz.ratio(Proportion.of(5, 10), Proportion.of(0, 10), Z);

        assertThat(ratio).isEqualTo(Measure.undefined("the rate to divide by is 0"));
    }

    @Test
    void two_rates_of_1_have_a_ratio_without_interval() {
        Measure ratio = Katz.ratio(Proportion.of(3, 3), Proportion.of(4, 4), Z);

        assertThat(ratio.value()).isEqualTo(1);
        assertThat(ratio.low()).isNull();
        assertThat(ratio.high()).isNull();
        assertThat(ratio.reason()).contains("variance");
    }

    @Test
    void an_empty_side_is_undefined_with_a_reason() {
        Proportion none = Proportion.ofCounts(0, 0, "rows of Male");

        assertThat(Katz.ratio(none, Proportion.of(1, 2), Z).reason()).isEqualTo("no rows of Male");
        assertThat(Katz.ratio(Proportion.of(1, 2), none, Z).reason()).isEqualTo("no rows of Male");
    }
}
