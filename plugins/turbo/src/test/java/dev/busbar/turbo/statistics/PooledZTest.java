package dev.busbar.turbo.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PooledZTest {
    @Test
    void large_counts_are_tested_by_pooled_z() {
        Significance test = PooledZ.orFisherExact(Proportion.of(12, 40), Proportion.of(48, 80));

        assertThat(test.method()).isEqualTo("pooled z");
        assertThat(test.statistic()).isCloseTo(-3.098387, within(5e-7));
        assertThat(test.p()).isCloseTo(0.001946, within(5e-7));
        assertThat(test.significantAt(0.05)).isTrue();
    }

    /** Women and men by department, Berkeley 1973, and question 12 of the Uniform Guidelines; p as R prints it. */
    @ParameterizedTest
    @CsvSource({
        " 89, 108, 512, 825, 0.000017",
        " 17,  25, 353, 560, 0.677090",
        "202, 593, 120, 325, 0.386617",
        "131, 375, 138, 417, 0.599497",
        " 94, 393,  53, 191, 0.360396",
        " 24, 341,  22, 373, 0.545841",
        " 12,  40,  48,  80, 0.003409"
    })
    void fishers_exact_p_agrees_with_published_tables(double a, double m, double b, double n, double p) {
        Significance test = FisherExact.test(Proportion.of(a, m), Proportion.of(b, n));

        assertThat(test.p()).isCloseTo(p, within(5e-7));
    }

    @Test
    void an_expected_count_below_5_is_tested_exactly() {
        // the lady tasting tea: Fisher 1935, The Design of Experiments
        Significance test = PooledZ.orFisherExact(Proportion.of(3, 4), Proportion.of(1, 4));

        assertThat(test.method()).isEqualTo("Fisher exact");
        assertThat(test.statistic()).isNull();
        assertThat(test.p()).isCloseTo(34.0 / 70, within(1e-12));
    }

    @Test
    void tables_as_probable_as_the_one_seen_count_towards_p() {
        // R: fisher.test(matrix(c(2, 4, 1, 5), 2))$p.value is 1
        Significance test = FisherExact.test(Proportion.of(2, 3), Proportion.of(4, 9));

        assertThat(test.p()).isCloseTo(1, within(1e-12));
    }

    @Test
    void fishers_exact_p_of_large_counts_sums_both_tails() {
        // ten successes so rare fall on either side like coins: 2 (1 + 10) / 2^10
        Significance test = FisherExact.test(Proportion.of(9, 100_000), Proportion.of(1, 100_000));

        assertThat(test.p()).isCloseTo(22.0 / 1024, within(1e-4));
        assertThat(FisherExact.test(Proportion.of(2_000_000_000, 2_000_000_000), Proportion.of(0, 5))
                        .p())
                .isCloseTo(0, within(1e-9));
    }

    @Test
    void the_exact_test_is_not_made_of_fractions_or_of_too_many() {
        Significance fractions =
                PooledZ.orFisherExact(Proportion.ofWeights(0.5, 2.5, 2.5, "rows"), Proportion.of(1, 4));
        Significance tooMany = PooledZ.orFisherExact(Proportion.of(1, 3), Proportion.of(2e9, 4e9));

        assertThat(fractions.p()).isNull();
        assertThat(fractions.reason()).contains("whole counts");
        assertThat(tooMany.p()).isNull();
        assertThat(tooMany.significantAt(0.05)).isFalse();
    }

    @Test
    void identical_outcomes_and_empty_sides_are_undefined_with_a_reason() {
        Proportion none = Proportion.ofCounts(0, 0, "rows of Male");

        assertThat(PooledZ.orFisherExact(Proportion.of(0, 90), Proportion.of(0, 80))
                        .reason())
                .contains("every outcome is the same");
        assertThat(PooledZ.orFisherExact(Proportion.of(9, 9), Proportion.of(8, 8))
                        .p())
                .isNull();
        assertThat(PooledZ.orFisherExact(none, Proportion.of(1, 2)).reason()).isEqualTo("no rows of Male");
        assertThat(PooledZ.orFisherExact(Proportion.of(1, 2), none).reason()).isEqualTo("no rows of Male");
    }

    /** The least expected count is min(n1, n2) times the rarer outcome's share: 15 · 10/30 and so on. */
    @ParameterizedTest
    @CsvSource({
        " 0,  11, 15,  22, pooled z",
        " 3,  15,  7,  15, pooled z",
        " 5,  15,  4,  15, Fisher exact",
        "12,  15,  8,  15, pooled z",
        "11,  15, 10,  15, Fisher exact",
        " 7,  49,  3,  49, pooled z",
        " 1,   5, 99,  99, Fisher exact",
        " 5, 499,  5, 501, Fisher exact",
        " 5, 500,  5, 500, pooled z",
        " 4,  10, 96, 190, pooled z",
        " 4,   9, 96, 191, Fisher exact"
    })
    void an_expected_count_of_exactly_5_is_enough_for_pooled_z(double a, double m, double b, double n, String method) {
        assertThat(PooledZ.orFisherExact(Proportion.of(a, m), Proportion.of(b, n))
                        .method())
                .isEqualTo(method);
    }
}
