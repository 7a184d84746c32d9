package dev.busbar.turbo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.turbo.statistics.Katz;
import dev.busbar.turbo.statistics.Normal;
import dev.busbar.turbo.statistics.PooledZ;
import dev.busbar.turbo.statistics.Proportion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FourFifthsTest {
    private static Group group(String name, double favourable, double unfavourable) {
        GroupCounts counts = new GroupCounts(
                Amount.NONE,
                Amount.NONE,
                Amount.NONE,
                Amount.NONE,
                new Amount(favourable, favourable),
                new Amount(unfavourable, unfavourable));
        return new Group(name, counts, Weighting.COUNTS);
    }

    private static FourFifths judge(double favourable, double of, double referenceFavourable, double referenceOf) {
        Group group = group("u", favourable, of - favourable);
        return judge(group, group("v", referenceFavourable, referenceOf - referenceFavourable));
    }

    private static FourFifths judge(Group group, Group reference) {
        return FourFifths.judge(
                group,
                reference,
                Katz.ratio(group.selection(), reference.selection(), Normal.quantile(0.95)),
                PooledZ.orFisherExact(group.selection(), reference.selection()),
                0.05);
    }

    @Test
    void an_interval_wholly_below_four_fifths_is_a_violation() {
        assertThat(judge(300, 1000, 600, 1000)).isEqualTo(new FourFifths(0.8, "violation", null));
    }

    @Test
    void a_group_that_is_shut_out_altogether_is_a_violation() {
        assertThat(judge(0, 1000, 500, 1000).verdict()).isEqualTo("violation");
    }

    /** Uniform Guidelines questions and answers 12 has the ratio 0.5, of 120 people. */
    @Test
    void a_ratio_below_four_fifths_whose_interval_is_not_is_a_suspicion() {
        FourFifths rule = judge(12, 40, 48, 80);

        assertThat(rule.verdict()).isEqualTo("suspicion");
        assertThat(rule.note()).contains("its interval reaches 0.8");
    }

    @Test
    void a_large_gap_among_few_people_is_never_a_violation() {
        FourFifths rule = judge(1, 20, 19, 20);

        assertThat(rule.verdict()).isEqualTo("insufficient-data");
        assertThat(rule.note()).isEqualTo("fewer than 30 observations in a group: u has 20, v has 20");
    }

    @Test
    void a_reference_that_nobody_of_is_favoured_leaves_it_open() {
        FourFifths rule = judge(5, 100, 0, 100);

        assertThat(rule.verdict()).isEqualTo("insufficient-data");
        assertThat(rule.note()).isEqualTo("the ratio is undefined: the rate to divide by is 0");
    }

    @Test
    void a_small_gap_that_is_surely_there_says_exactly_that() {
        FourFifths rule = judge(9_000, 20_000, 10_000, 20_000);

        assertThat(rule.verdict()).isEqualTo("fine");
        assertThat(rule.note())
                .startsWith("the ratio is inside four fifths, but the difference is statistically significant (p = ")
                .endsWith("): small, yet unlikely to be chance");
    }

    @Test
    void an_interval_that_reaches_below_the_limit_leaves_a_violation_possible() {
        FourFifths rule = judge(17, 40, 20, 40);

        assertThat(rule.verdict()).isEqualTo("fine");
        assertThat(rule.note()).isEqualTo("the interval reaches below 0.8, so a violation is not excluded");
    }

    @Test
    void a_disadvantaged_reference_is_noted() {
        FourFifths rule = judge(600, 1000, 300, 1000);

        assertThat(rule.verdict()).isEqualTo("fine");
        assertThat(rule.note())
                .contains("the other way round the rule is broken: v is selected at less than four fifths");
    }

    @Test
    void equal_rates_are_fine_without_a_note() {
        assertThat(judge(500, 1000, 500, 1000)).isEqualTo(new FourFifths(0.8, "fine", null));
        assertThat(judge(100, 100, 100, 100)).isEqualTo(new FourFifths(0.8, "fine", null));
    }

    /** 9/30 is 0.3 and 15/40 is 0.375, whose quotient in floating point is a little below 0.8. */
    @ParameterizedTest
    @CsvSource({"9, 30, 15, 40", "28, 100, 35, 100", "12, 50, 30, 100", "40, 100, 50, 100", "84, 300, 7000, 20000"})
    void a_ratio_of_exactly_four_fifths_is_at_the_limit_not_below_it(double a, double m, double b, double n) {
        FourFifths rule = judge(a, m, b, n);

        assertThat(rule.verdict()).isEqualTo("fine");
        assertThat(Katz.ratio(Proportion.of(a, m), Proportion.of(b, n), 1.96).value())
                .isEqualTo(0.8);
        assertThat(String.valueOf(judge(b, n, a, m).note())).doesNotContain("the other way round");
    }

    @Test
    void one_person_less_than_four_fifths_is_below_the_limit() {
        assertThat(judge(39_999_999, 100_000_000, 50_000_000, 100_000_000).verdict())
                .isEqualTo("suspicion");
        assertThat(judge(3_999, 10_000, 5_000, 10_000).verdict()).isEqualTo("suspicion");
        assertThat(judge(5_000, 10_000, 3_999, 10_000).note()).contains("the other way round");
    }

    @Test
    void thirty_observations_are_enough_for_a_verdict_and_29_are_not() {
        assertThat(judge(15, 30, 15, 30))
                .isEqualTo(
                        new FourFifths(0.8, "fine", "the interval reaches below 0.8, so a violation is not excluded"));
        assertThat(judge(1, 30, 29, 30).verdict()).isEqualTo("violation");
        assertThat(judge(15, 29, 15, 30).verdict()).isEqualTo("insufficient-data");
        assertThat(judge(15, 30, 15, 29).verdict()).isEqualTo("insufficient-data");
    }

    /** 30 equal weights are worth 30 observations, though their squares do not add up to that exactly. */
    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.3, 0.7, 1.1, 1e-9})
    void thirty_equal_sampling_weights_are_thirty_observations(double weight) {
        Amount fifteen = Amount.NONE;
        for (int i = 0; i < 15; i++) {
            fifteen = fifteen.plus(Amount.of(weight));
        }
        Group group = sampled("u", fifteen, fifteen);
        Group reference = sampled("v", fifteen, fifteen);

        assertThat(judge(group, reference).verdict()).isEqualTo("fine");
    }

    /** Weights of 0.1 and 0.3 add up to 0.30000000000000004 and the like. */
    @Test
    void a_ratio_of_sampling_weights_at_the_limit_is_at_it() {
        Amount[] sums = {Amount.NONE, Amount.NONE, Amount.NONE};
        int[] rows = {40, 60, 50};
        for (int part = 0; part < rows.length; part++) {
            for (int i = 0; i < rows[part]; i++) {
                sums[part] = sums[part].plus(Amount.of(0.1));
            }
        }

        assertThat(judge(sampled("u", sums[0], sums[1]), sampled("v", sums[2], sums[2]))
                        .verdict())
                .isEqualTo("fine");
    }

    private static Group sampled(String name, Amount favourable, Amount unfavourable) {
        GroupCounts counts =
                new GroupCounts(Amount.NONE, Amount.NONE, Amount.NONE, Amount.NONE, favourable, unfavourable);
        return new Group(name, counts, Weighting.SAMPLING_WEIGHTS);
    }
}
