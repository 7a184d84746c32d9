package dev.busbar.turbo;

import static dev.busbar.turbo.Audits.GENDER;
import static dev.busbar.turbo.Audits.assertPrinted;
import static dev.busbar.turbo.Audits.assertUndefined;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AuditTest {
    private static final String[] ALL = {
        "protectedAttribute=gender",
        "privileged=Male",
        "decision=decision",
        "favourable=yes",
        "label=truth",
        "stratum=place",
        "weight=n"
    };

    private static JsonNode audit(String csv, String... query) throws Exception {
        return Audits.audit(FakeRequest.csv(csv, query));
    }

    @Test
    void one_row_is_answered_with_nulls_and_reasons() throws Exception {
        JsonNode audit = audit("gender,decision,truth,place,n\nMale,no,,,0\n", ALL);

        JsonNode men = Audits.group(audit, "Male");
        assertUndefined(men.get("selection").get("rate"), "no rows of Male");
        assertUndefined(
                men.get("confusion").get("rates").get("positivePredictiveValue"),
                "no rows of Male with a label and a favourable decision");
        assertThat(audit.get("comparisons")).isEmpty();
        assertThat(audit.get("notes").toString())
                .contains("there is no group to compare with Male")
                .contains("no row has the favourable decision")
                .contains("no row has the favourable label");
    }

    @Test
    void two_rows_are_too_few_for_a_verdict() throws Exception {
        JsonNode women = Audits.comparison(audit("gender,decision\nMale,yes\nFemale,no\n", GENDER), "Female");

        assertThat(women.get("disparateImpact").get("value").asDouble()).isZero();
        assertThat(women.get("fourFifths").get("verdict").asText()).isEqualTo("insufficient-data");
        assertThat(women.get("fourFifths").get("note").asText()).contains("fewer than 30");
        assertThat(women.get("selectionTest").get("method").asText()).isEqualTo("Fisher exact");
        assertThat(women.get("selectionTest").get("p").asDouble()).isEqualTo(1);
        assertUndefined(women.get("equalOpportunityDifference"), "no label column");
        assertUndefined(women.get("averageOddsDifference"), "no label column");
        assertUndefined(women.get("predictiveParityDifference"), "no label column");
        assertThat(women.get("stratified").isNull()).isTrue();
    }

    @Test
    void every_number_of_a_comparison_names_both_groups() throws Exception {
        JsonNode women = Audits.comparison(audit("gender,decision\nMale,yes\nFemale,no\n", GENDER), "Female");

        for (JsonNode part : women) {
            if (part.has("value")) {
                assertThat(part.get("group").asText()).isEqualTo("Female");
                assertThat(part.get("reference").asText()).isEqualTo("Male");
            }
        }
    }

    @Test
    void empty_fields_are_left_out_of_what_they_are_needed_for_and_reported() throws Exception {
        String csv = """
                gender,decision,truth,place,n
                Male,yes,yes,a,1
                ,yes,yes,a,2
                Male,,yes,a,4
                Male,yes,,a,8
                Male,no,no, ,16
                """;

        JsonNode audit = audit(csv, ALL);

        assertThat(audit.get("rows").toString())
                .isEqualTo("{\"read\":5,\"counted\":3,\"weight\":25.0,\"weighting\":\"counts\",\"excluded\":["
                        + "{\"reason\":\"empty protected attribute\",\"from\":\"everything\",\"rows\":1,\"weight\":2.0},"
                        + "{\"reason\":\"empty decision\",\"from\":\"everything\",\"rows\":1,\"weight\":4.0},"
                        + "{\"reason\":\"empty label\",\"from\":\"what needs a label\",\"rows\":1,\"weight\":8.0},"
                        + "{\"reason\":\"empty stratum\",\"from\":\"what is compared by stratum\",\"rows\":1,"
                        + "\"weight\":16.0}]}");
        JsonNode men = Audits.group(audit, "Male");
        assertThat(men.get("selection").get("favourable").asDouble()).isEqualTo(9);
        assertThat(men.get("selection").get("total").asDouble()).isEqualTo(25);
        assertThat(men.get("confusion").get("truePositives").asDouble()).isEqualTo(1);
        assertThat(men.get("confusion").get("trueNegatives").asDouble()).isEqualTo(16);
    }

    @Test
    void other_values_of_the_decision_are_shown_as_unfavourable() throws Exception {
        StringBuilder csv = new StringBuilder("gender,decision\nMale,yes\n");
        for (int i = 40; i >= 10; i--) {
            csv.append("Female,v").append(i).append('\n');
        }

        JsonNode unfavourable = audit(csv.toString(), GENDER).get("unfavourable");

        assertThat(unfavourable).hasSize(20);
        assertThat(unfavourable.get(0).asText()).isEqualTo("v10");
        assertThat(unfavourable.get(19).asText()).isEqualTo("v29");
    }

    @Test
    void several_groups_are_compared_one_by_one_and_together() throws Exception {
        String csv =
                "gender,decision,n\nMale,yes,60\nMale,no,40\nFemale,yes,30\nFemale,no,70\nOther,yes,20\nOther,no,30\n";
        String[] query = {
            "protectedAttribute=gender", "privileged=Male", "decision=decision", "favourable=yes", "weight=n"
        };

        JsonNode audit = audit(csv, query);

        assertThat(audit.get("comparisons").findValuesAsText("group")).contains("Female", "Other");
        assertPrinted(Audits.comparison(audit, "Female").get("disparateImpact").get("value"), 0.5);
        assertPrinted(Audits.comparison(audit, "Other").get("disparateImpact").get("value"), 0.666667);
        JsonNode together = audit.get("othersTogether");
        assertThat(together.get("group").asText()).isEqualTo("all but Male");
        assertPrinted(together.get("disparateImpact").get("value"), 50.0 / 150 / 0.6);
    }

    @Test
    void the_confidence_asked_for_widens_the_intervals() throws Exception {
        String csv = "gender,decision\n" + "Male,yes\nFemale,no\n".repeat(40) + "Female,yes\n";
        String[] query = {
            "protectedAttribute=gender", "privileged=Male", "decision=decision", "favourable=yes", "confidence=0.99"
        };

        JsonNode usual = Audits.comparison(audit(csv, GENDER), "Female").get("disparateImpact");
        JsonNode wider = Audits.comparison(audit(csv, query), "Female").get("disparateImpact");

        assertThat(wider.get("low").asDouble()).isLessThan(usual.get("low").asDouble());
        assertThat(wider.get("high").asDouble()).isGreaterThan(usual.get("high").asDouble());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void the_order_of_rows_changes_nothing(long seed) throws Exception {
        Random random = new Random(seed);
        List<String> rows = new ArrayList<>(randomRows(random, 400));
        String header = "gender,decision,truth,place,n\n";
        JsonNode before = audit(header + String.join("\n", rows), ALL);

        Collections.shuffle(rows, random);

        assertThat(audit(header + String.join("\n", rows), ALL)).isEqualTo(before);
    }

    private static List<String> randomRows(Random random, int count) {
        List<String> rows = new ArrayList<>(List.of("Male,yes,yes,a,1"));
        for (int i = 0; i < count; i++) {
            rows.add(String.join(
                    ",",
                    pick(random, "Male", "Female", "Other", ""),
                    pick(random, "yes", "no", "later", ""),
                    pick(random, "yes", "no", ""),
                    pick(random, "a", "b", "c", ""),
                    String.valueOf(random.nextInt(20))));
        }
        return rows;
    }

    private static String pick(Random random, String... values) {
        return values[random.nextInt(values.length)];
    }

    @Test
    void a_table_of_counts_is_worth_as_much_as_its_rows_one_by_one() throws Exception {
        String counts = "gender,decision,n\nMale,yes,60\nMale,no,40\nFemale,yes,30\nFemale,no,50\n";
        String rows = "gender,decision\n" + "Male,yes\n".repeat(60) + "Male,no\n".repeat(40) + "Female,yes\n".repeat(30)
                + "Female,no\n".repeat(50);
        String[] query = {
            "protectedAttribute=gender", "privileged=Male", "decision=decision", "favourable=yes", "weight=n"
        };

        assertThat(audit(counts, query).get("comparisons"))
                .isEqualTo(audit(rows, GENDER).get("comparisons"));
    }

    @Test
    void sampling_weights_keep_the_rates_and_count_for_their_effective_size() throws Exception {
        String rows = "Male,yes,yes,a,1.5\nMale,no,no,a,0.5\nFemale,yes,no,a,0.5\nFemale,no,yes,a,2.5\n".repeat(50);

        JsonNode audit = audit("gender,decision,truth,place,n\n" + rows, ALL);

        JsonNode men = Audits.group(audit, "Male").get("selection");
        assertThat(men.get("rate").get("value").asDouble()).isEqualTo(0.75);
        assertThat(men.get("total").asDouble()).isEqualTo(100);
        // (50 · 2)² / (50 · 2.5)
        assertThat(men.get("effectiveSize").asDouble()).isCloseTo(80, within(1e-12));
        JsonNode women = Audits.comparison(audit, "Female");
        assertThat(women.get("selectionTest").get("method").asText()).isEqualTo("pooled z");
        JsonNode ratios = women.get("stratified").get("oddsRatios");
        assertThat(ratios.get("common").get("value").asDouble()).isCloseTo(15, within(1e-9));
        assertThat(ratios.get("common").get("low").isNull()).isTrue();
        assertThat(ratios.get("common").get("reason").asText()).contains("sampling weights");
        assertThat(ratios.get("test").get("p").isNull()).isTrue();
    }

    @Test
    void strata_with_one_group_are_shown_and_say_nothing_of_the_odds() throws Exception {
        String csv = """
                gender,decision,truth,place,n
                Male,yes,yes,a,10
                Male,no,yes,a,10
                Female,yes,no,b,10
                Female,no,no,b,30
                """;

        JsonNode stratified = Audits.comparison(audit(csv, ALL), "Female").get("stratified");

        assertThat(stratified.get("informativeStrata").asInt()).isZero();
        assertUndefined(stratified.get("oddsRatios").get("common"), "no stratum has both groups");
        assertPrinted(stratified.get("oddsRatios").get("crude").get("value"), 3);
        assertThat(stratified.get("simpsonReversal").isNull()).isTrue();
        assertUndefined(stratified.get("perStratum").get(0).get("disparateImpact"), "no rows of Female");
    }

    @Test
    void strata_that_agree_with_the_whole_are_no_reversal() throws Exception {
        String csv = """
                gender,decision,truth,place,n
                Male,yes,yes,a,50
                Male,no,yes,a,50
                Female,yes,no,a,30
                Female,no,no,a,70
                Male,yes,yes,b,60
                Male,no,yes,b,40
                Female,yes,no,b,40
                Female,no,no,b,60
                """;

        JsonNode stratified = Audits.comparison(audit(csv, ALL), "Female").get("stratified");

        assertThat(stratified.get("simpsonReversal").asBoolean()).isFalse();
        assertThat(stratified.get("note").isNull()).isTrue();
    }

    /** In floating point the sums of ad/n and bc/n differ in the last digit. */
    @Test
    void an_odds_ratio_of_exactly_1_is_no_reversal() throws Exception {
        StringBuilder csv = new StringBuilder("gender,decision,truth,place,n\n");
        stratum(csv, "a", 1, 2, 9, 3);
        stratum(csv, "b", 7, 1, 8, 4);

        JsonNode stratified =
                Audits.comparison(audit(csv.toString(), ALL), "Female").get("stratified");

        JsonNode ratios = stratified.get("oddsRatios");
        assertThat(ratios.get("common").get("value").asDouble()).isCloseTo(1, within(1e-12));
        assertPrinted(ratios.get("crude").get("value"), 1.098039);
        assertThat(stratified.get("simpsonReversal").asBoolean()).isFalse();
        assertThat(stratified.get("note").isNull()).isTrue();
    }

    private static void stratum(StringBuilder csv, String name, int... cells) {
        String[] starts = {"Male,yes", "Male,no", "Female,yes", "Female,no"};
        for (int i = 0; i < cells.length; i++) {
            csv.append(starts[i])
                    .append(",yes,")
                    .append(name)
                    .append(',')
                    .append(cells[i])
                    .append('\n');
        }
    }

    @Test
    void rows_without_a_stratum_are_in_no_stratum() throws Exception {
        String csv = """
                gender,decision,truth,place,n
                Male,yes,yes,a,50
                Male,no,yes,a,50
                Female,yes,no,a,30
                Female,no,no,a,70
                Male,yes,yes,,900
                Male,no,yes,,100
                Female,yes,no,,100
                Female,no,no,,900
                """;

        JsonNode stratified = Audits.comparison(audit(csv, ALL), "Female").get("stratified");

        assertThat(stratified.get("strata").asInt()).isEqualTo(1);
        assertThat(stratified.get("perStratum").findValuesAsText("stratum")).containsExactly("a");
        assertPrinted(stratified.get("oddsRatios").get("common").get("value"), 50.0 * 70 / (50 * 30));
    }

    @ParameterizedTest
    @ValueSource(strings = {",yes,yes,a,0.5", "Male,,yes,a,0.5", "Male,NA,yes,a,0.5"})
    void a_fraction_in_the_weight_of_an_excluded_row_makes_all_of_them_sampling_weights(String excluded)
            throws Exception {
        JsonNode rows = audit(
                        "gender,decision,truth,place,n\nMale,yes,yes,a,10\nMale,no,no,a,10\n" + excluded + "\n", ALL)
                .get("rows");

        assertThat(rows.get("counted").asInt()).isEqualTo(2);
        assertThat(rows.get("weighting").asText()).isEqualTo("sampling weights");
    }
}
