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
 * tests named {@code …DataTest} check the complete data sets where those are present; each of their rules is proven here too.
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

    /** The same analysis by sex. */
    private static final String COMPAS_BY_SEX = """
            sex,score,reoffended,count
            Female,higher,no,288
            Female,higher,yes,303
            Female,low,no,609
            Female,low,yes,195
            Male,higher,no,994
            Male,higher,yes,1732
            Male,low,no,2072
            Male,low,yes,1021
            """;

    @Test
    void men_against_women_are_inside_four_fifths_yet_surely_different() throws Exception {
        JsonNode audit = Audits.audit(FakeRequest.csv(
                COMPAS_BY_SEX,
                "protectedAttribute=sex",
                "privileged=Female",
                "decision=score",
                "favourable=low",
                "label=reoffended",
                "favourableLabel=no",
                "weight=count"));

        JsonNode men = Audits.comparison(audit, "Male");
        assertMeasure(men.get("disparateImpact"), 0.922252, 0.876353, 0.970555);
        assertMeasure(men.get("statisticalParityDifference"), -0.044809, -0.073525, -0.015737);
        assertMeasure(men.get("equalOpportunityDifference"), -0.003131, -0.037273, 0.032143);
        assertPrinted(men.get("averageOddsDifference").get("value"), -0.011914);
        assertPrinted(men.get("predictiveParityDifference").get("value"), -0.087563);
        assertPrinted(men.get("selectionTest").get("statistic"), -3.015998);
        assertPrinted(men.get("selectionTest").get("p"), 0.002561);
        assertThat(men.get("fourFifths").get("verdict").asText()).isEqualTo("fine");
        assertThat(men.get("fourFifths").get("note").asText()).contains("statistically significant (p = 0.00256)");
    }

    /** Counts of the UCI census income data (Becker and Kohavi 1996), both parts. */
    private static final String ADULT = """
            race,income,count
            White,>50K,10607
            White,<=50K,31155
            Black,>50K,566
            Black,<=50K,4119
            Asian-Pac-Islander,>50K,409
            Asian-Pac-Islander,<=50K,1110
            Amer-Indian-Eskimo,>50K,55
            Amer-Indian-Eskimo,<=50K,415
            Other,>50K,50
            Other,<=50K,356
            """;

    @Test
    void all_other_races_together_agree_with_aif360() throws Exception {
        JsonNode audit = Audits.audit(FakeRequest.csv(
                ADULT,
                "protectedAttribute=race",
                "privileged=White",
                "decision=income",
                "favourable=>50K",
                "weight=count"));

        JsonNode others = audit.get("othersTogether");
        assertThat(others.get("group").asText()).isEqualTo("all but White");
        assertMeasure(others.get("disparateImpact"), 0.600592, 0.567139, 0.636017);
        assertMeasure(others.get("statisticalParityDifference"), -0.101445, -0.110644, -0.091928);
        assertPrinted(others.get("selectionTest").get("statistic"), -18.500027);
        assertThat(audit.get("comparisons")).hasSize(4);
        assertThat(audit.get("rows").get("weight").asInt()).isEqualTo(48_842);
    }

    @ParameterizedTest
    @CsvSource({
        "1769, 14423, 9918, 22732, 0.359655, -0.194516",
        "1179, 9592, 6662, 15128, 0.358023, -0.196276",
        "590, 4831, 3256, 7604, 0.36301, -0.19098"
    })
    void women_against_men_agree_with_aif360(int a, int b, int c, int d, double ratio, double difference)
            throws Exception {
        String csv = "sex,income,n\nFemale,1,%d\nFemale,0,%d\nMale,1,%d\nMale,0,%d\n".formatted(a, b, c, d);

        JsonNode women = Audits.comparison(
                Audits.audit(FakeRequest.csv(
                        csv,
                        "protectedAttribute=sex",
                        "privileged=Male",
                        "decision=income",
                        "favourable=1",
                        "weight=n")),
                "Female");

        assertPrinted(women.get("disparateImpact").get("value"), ratio);
        assertPrinted(women.get("statisticalParityDifference").get("value"), difference);
        assertThat(women.get("fourFifths").get("verdict").asText()).isEqualTo("violation");
    }

    /** 18 rows, written for this test, with the counts by group of Fairlearn's user guide: TP, FN, FP, TN. */
    @ParameterizedTest
    @CsvSource({"a, 0.75, 0.5, 1", "b, 0.5, 0.6, 0", "c, 0.5, 0.4, 0.666667"})
    void rates_of_each_group_agree_with_fairlearn(String group, double rate, double sensitivity, double fallOut)
            throws Exception {
        String csv = "group,predicted,true\n" + rows("a", 1, 1, 2, 0) + rows("b", 3, 2, 0, 1) + rows("c", 2, 3, 2, 1);

        JsonNode result = Audits.group(
                Audits.audit(FakeRequest.csv(
                        csv,
                        "protectedAttribute=group",
                        "privileged=a",
                        "decision=predicted",
                        "favourable=1",
                        "label=true")),
                group);

        JsonNode rates = result.get("confusion").get("rates");
        assertPrinted(result.get("selection").get("rate").get("value"), rate);
        assertPrinted(rates.get("truePositiveRate").get("value"), sensitivity);
        assertPrinted(rates.get("falsePositiveRate").get("value"), fallOut);
    }

    private static String rows(String group, int tp, int fn, int fp, int tn) {
        return (group + ",1,1\n").repeat(tp)
                + (group + ",0,1\n").repeat(fn)
                + (group + ",1,0\n").repeat(fp)
                + (group + ",0,0\n").repeat(tn);
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
