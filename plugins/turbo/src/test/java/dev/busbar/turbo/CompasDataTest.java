package dev.busbar.turbo;

import static dev.busbar.turbo.Audits.assertMeasure;
import static dev.busbar.turbo.Audits.assertPrinted;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * ProPublica's two-year COMPAS file, 7,214 people, against the published results. There the positive outcome is a
 * medium or high score; here it is the favourable one, a low score. So their false positive rate is our false negative
 * rate, and their positive predictive value our negative one.
 */
final class CompasDataTest {
    private static JsonNode expected(String name) throws IOException {
        return new ObjectMapper()
                .readTree(Folders.testData("compas/expected.json").toFile())
                .get(name);
    }

    private static JsonNode audit(String attribute, String privileged) throws Exception {
        try (InputStream body = Files.newInputStream(Folders.testData("compas/compas_two_years.csv"))) {
            return Audits.audit(FakeRequest.csv(
                    body,
                    "protectedAttribute=" + attribute,
                    "privileged=" + privileged,
                    "decision=score_text",
                    "favourable=Low",
                    "label=two_year_recid",
                    "favourableLabel=0"));
        }
    }

    private static void assertInterval(JsonNode measure, JsonNode expected, String value, String interval) {
        assertMeasure(
                measure,
                expected.get(value).asDouble(),
                expected.get(interval).get(0).asDouble(),
                expected.get(interval).get(1).asDouble());
    }

    @ParameterizedTest
    @ValueSource(strings = {"race", "sex", "age_cat"})
    void rates_of_every_group_agree_with_propublica(String attribute) throws Exception {
        JsonNode known = expected(attribute);

        JsonNode audit = audit(attribute, known.fieldNames().next());

        assertThat(audit.get("groups")).hasSameSizeAs(known);
        known.properties()
                .forEach(entry ->
                        assertMirrored(Audits.group(audit, entry.getKey()).get("confusion"), entry.getValue()));
    }

    private static void assertMirrored(JsonNode ours, JsonNode theirs) {
        assertThat(ours.get("truePositives").asInt()).isEqualTo(theirs.get("tn").asInt());
        assertThat(ours.get("falsePositives").asInt())
                .isEqualTo(theirs.get("fn").asInt());
        assertThat(ours.get("trueNegatives").asInt()).isEqualTo(theirs.get("tp").asInt());
        assertThat(ours.get("falseNegatives").asInt())
                .isEqualTo(theirs.get("fp").asInt());
        JsonNode rates = ours.get("rates");
        assertInterval(rates.get("falseNegativeRate"), theirs, "fpr", "fpr_ci95_wilson");
        assertInterval(rates.get("falsePositiveRate"), theirs, "fnr", "fnr_ci95_wilson");
        assertValue(rates.get("truePositiveRate"), theirs.get("tnr"));
        assertValue(rates.get("negativePredictiveValue"), theirs.get("ppv"));
        assertValue(rates.get("positivePredictiveValue"), theirs.get("npv"));
    }

    @Test
    void african_americans_against_caucasians_agree() throws Exception {
        JsonNode comparison = Audits.comparison(audit("race", "Caucasian"), "African-American");

        assertMeasure(comparison.get("disparateImpact"), 0.631593, 0.601892, 0.662760);
        assertMeasure(comparison.get("statisticalParityDifference"), -0.240200, -0.264580, -0.215339);
        assertPrinted(comparison.get("equalOpportunityDifference").get("value"), -0.213925);
        // limits recomputed apart from this code; a parametric bootstrap gives -0.23004 and -0.18122
        assertMeasure(comparison.get("averageOddsDifference"), -0.205649, -0.229887, -0.181037);
        assertMeasure(comparison.get("predictiveParityDifference"), -0.061415, -0.093974, -0.028722);
        assertThat(comparison.get("fourFifths").get("verdict").asText()).isEqualTo("violation");
        assertAgrees(comparison, expected("pair_AfricanAmerican_vs_Caucasian__favourable_is_Low"));
    }

    @Test
    void men_against_women_are_inside_four_fifths_yet_surely_different() throws Exception {
        JsonNode comparison = Audits.comparison(audit("sex", "Female"), "Male");

        assertAgrees(comparison, expected("pair_Male_vs_Female__favourable_is_Low"));
        assertThat(comparison.get("fourFifths").get("verdict").asText()).isEqualTo("fine");
        assertThat(comparison.get("fourFifths").get("note").asText())
                .isEqualTo("the ratio is inside four fifths, but the difference is statistically significant"
                        + " (p = 0.00256): small, yet unlikely to be chance");
    }

    private static void assertAgrees(JsonNode ours, JsonNode known) {
        assertInterval(ours.get("disparateImpact"), known, "disparate_impact", "di_ci95_katz");
        assertInterval(
                ours.get("statisticalParityDifference"), known, "statistical_parity_difference", "spd_ci95_newcombe");
        assertInterval(
                ours.get("equalOpportunityDifference"),
                known,
                "equal_opportunity_difference",
                "tpr_diff_ci95_newcombe");
        assertValue(ours.get("averageOddsDifference"), known.get("average_odds_difference"));
        assertValue(ours.get("predictiveParityDifference"), known.get("ppv_difference"));
        JsonNode test = ours.get("selectionTest");
        assertPrinted(test.get("statistic"), known.get("selection_z").asDouble());
        assertPrinted(test.get("p"), known.get("selection_p").asDouble());
    }

    private static void assertValue(JsonNode measure, JsonNode known) {
        assertPrinted(measure.get("value"), known.asDouble());
    }
}
