package dev.busbar.turbo;

import static dev.busbar.turbo.Audits.assertMeasure;
import static dev.busbar.turbo.Audits.assertPrinted;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Published tables of counts with their known results, which need no data set: the admissions at Berkeley in 1973,
 * question 12 of the Uniform Guidelines (44 FR 11996), and the counts in ProPublica's analysis of COMPAS (2016). The
 * tests named {@code …DataTest} check the complete data sets where those are present.
 */
final class PublishedTablesTest {
    /** The decision is the score, low being favourable; the label is whether the person reoffended within two years. */
    private static final String COMPAS = """
            race,score,reoffended,count
            African-American,higher,no,805
            African-American,higher,yes,1369
            African-American,low,no,990
            African-American,low,yes,532
            Caucasian,higher,no,349
            Caucasian,higher,yes,505
            Caucasian,low,no,1139
            Caucasian,low,yes,461
            """;

    private static JsonNode compas() throws Exception {
        return Audits.audit(FakeRequest.csv(
                COMPAS,
                "protectedAttribute=race",
                "privileged=Caucasian",
                "decision=score",
                "favourable=low",
                "label=reoffended",
                "favourableLabel=no",
                "weight=count"));
    }

    @Test
    void african_americans_against_caucasians_agree_with_propublica() throws Exception {
        JsonNode comparison = Audits.comparison(compas(), "African-American");

        assertMeasure(comparison.get("disparateImpact"), 0.631593, 0.601892, 0.662760);
        assertMeasure(comparison.get("statisticalParityDifference"), -0.240200, -0.264580, -0.215339);
        assertPrinted(comparison.get("equalOpportunityDifference").get("value"), -0.213925);
        assertMeasure(comparison.get("averageOddsDifference"), -0.205649, -0.229887, -0.181037);
        assertMeasure(comparison.get("predictiveParityDifference"), -0.061415, -0.093974, -0.028722);
        assertThat(comparison.get("fourFifths").get("verdict").asText()).isEqualTo("violation");
    }

    @ParameterizedTest
    @CsvSource({"African-American, 990, 532, 1369, 805", "Caucasian, 1139, 461, 505, 349"})
    void confusion_counts_are_the_published_ones(String group, int tp, int fp, int tn, int fn) throws Exception {
        JsonNode confusion = Audits.group(compas(), group).get("confusion");

        assertThat(confusion.get("truePositives").asInt()).isEqualTo(tp);
        assertThat(confusion.get("falsePositives").asInt()).isEqualTo(fp);
        assertThat(confusion.get("trueNegatives").asInt()).isEqualTo(tn);
        assertThat(confusion.get("falseNegatives").asInt()).isEqualTo(fn);
    }

    @Test
    void question_12_of_the_uniform_guidelines_agrees() throws Exception {
        String csv = "group,hired,n\nWhite,1,48\nWhite,0,32\nBlack,1,12\nBlack,0,28\n";

        JsonNode black = Audits.comparison(
                Audits.audit(FakeRequest.csv(
                        csv,
                        "protectedAttribute=group",
                        "privileged=White",
                        "decision=hired",
                        "favourable=1",
                        "weight=n")),
                "Black");

        assertMeasure(black.get("disparateImpact"), 0.5, 0.301433, 0.829372);
        assertMeasure(black.get("statisticalParityDifference"), -0.3, -0.455876, -0.110768);
        assertPrinted(black.get("selectionTest").get("statistic"), -3.098387);
        assertPrinted(black.get("selectionTest").get("p"), 0.001946);
    }

    @ParameterizedTest
    @CsvSource({
        "A, 1.327854, 0.203468, 4.153073",
        "B, 1.078754, 0.049643, 0.503708",
        "C, 0.922569, -0.02859, -0.868066",
        "D, 1.055594, 0.018398, 0.545873",
        "E, 0.861971, -0.038301, -1.000534",
        "F, 1.193282, 0.0114, 0.619753"
    })
    void admissions_agree_by_department(String department, double ratio, double difference, double z) throws Exception {
        JsonNode stratum = stratum(department);

        assertPrinted(stratum.get("disparateImpact").get("value"), ratio);
        assertPrinted(stratum.get("statisticalParityDifference").get("value"), difference);
        assertPrinted(stratum.get("selectionTest").get("statistic"), z);
    }

    private static JsonNode stratum(String department) throws Exception {
        try (InputStream body = Folders.sample("berkeley-1973.csv")) {
            JsonNode audit = Audits.audit(FakeRequest.csv(
                    body,
                    "protectedAttribute=gender",
                    "privileged=Male",
                    "decision=decision",
                    "favourable=admitted",
                    "weight=count",
                    "stratum=department"));
            for (JsonNode stratum :
                    Audits.comparison(audit, "Female").get("stratified").get("perStratum")) {
                if (stratum.get("stratum").asText().equals(department)) {
                    return stratum;
                }
            }
            throw new AssertionError("no stratum " + department);
        }
    }
}
