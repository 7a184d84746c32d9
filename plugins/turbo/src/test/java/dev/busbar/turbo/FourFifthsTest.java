package dev.busbar.turbo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.turbo.statistics.Katz;
import dev.busbar.turbo.statistics.Normal;
import dev.busbar.turbo.statistics.PooledZ;
import org.junit.jupiter.api.Test;

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
        Group reference = group("v", referenceFavourable, referenceOf - referenceFavourable);
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
}
