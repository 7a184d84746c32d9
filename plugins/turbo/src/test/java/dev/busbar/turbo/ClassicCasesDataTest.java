package dev.busbar.turbo;

import static dev.busbar.turbo.Audits.assertMeasure;
import static dev.busbar.turbo.Audits.assertPrinted;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Small published tables, against the results kept with them. */
final class ClassicCasesDataTest {
    private static JsonNode expected(String name) throws IOException {
        return new ObjectMapper()
                .readTree(Folders.testData("classic_cases/expected.json").toFile())
                .get(name);
    }

    private static void assertInterval(JsonNode measure, JsonNode value, JsonNode interval) {
        assertMeasure(
                measure,
                value.asDouble(),
                interval.get(0).asDouble(),
                interval.get(1).asDouble());
    }

    @Test
    void berkeley_agrees_department_by_department() throws Exception {
        JsonNode expected = expected("ucb");

        JsonNode women = Audits.comparison(Audits.audit(berkeley()), "Female");

        assertInterval(women.get("disparateImpact"), expected.get("disparate_impact"), expected.get("di_ci95_katz"));
        JsonNode mantelHaenszel = expected.get("mantel_haenszel");
        assertInterval(
                women.get("stratified").get("oddsRatios").get("common"),
                mantelHaenszel.get("common_odds_ratio_male_vs_female"),
                mantelHaenszel.get("ci95_robins_breslow_greenland"));
        for (JsonNode department : women.get("stratified").get("perStratum")) {
            JsonNode known =
                    expected.get("by_dept").get(department.get("stratum").asText());
            assertValue(department.get("disparateImpact"), known.get("di"));
            assertValue(department.get("statisticalParityDifference"), known.get("spd"));
            assertPrinted(
                    department.get("selectionTest").get("statistic"),
                    known.get("z").asDouble());
        }
    }

    private static FakeRequest berkeley() throws IOException {
        StringBuilder csv = new StringBuilder("dept,gender,decision,count\n");
        List<String> lines = Files.readAllLines(Folders.testData("classic_cases/ucb_admissions_1973.csv"));
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",", -1);
            csv.append(String.join(",", cells[0], cells[1], "yes", cells[2])).append('\n');
            csv.append(String.join(",", cells[0], cells[1], "no", cells[3])).append('\n');
        }
        List<String> description = new ArrayList<>(List.of(Audits.GENDER));
        description.addAll(List.of("weight=count", "stratum=dept"));
        return FakeRequest.csv(csv.toString(), description.toArray(String[]::new));
    }

    @Test
    void question_12_of_the_uniform_guidelines_agrees() throws Exception {
        JsonNode expected = expected("eeoc_qa12");
        String csv = "group,hired,n\nWhite,1,48\nWhite,0,32\nBlack,1,12\nBlack,0,28\n";

        JsonNode audit = Audits.audit(FakeRequest.csv(
                csv, "protectedAttribute=group", "privileged=White", "decision=hired", "favourable=1", "weight=n"));

        JsonNode black = Audits.comparison(audit, "Black");
        assertInterval(black.get("disparateImpact"), expected.get("impact_ratio"), expected.get("di_ci95_katz"));
        assertPrinted(
                black.get("statisticalParityDifference").get("low"),
                expected.get("spd_ci95_newcombe").get(0).asDouble());
        assertPrinted(
                black.get("selectionTest").get("statistic"), expected.get("z").asDouble());
        assertPrinted(black.get("selectionTest").get("p"), expected.get("p").asDouble());
        assertThat(black.get("fourFifths").get("verdict").asText()).isEqualTo("suspicion");
    }

    @Test
    void fairlearns_vector_agrees_group_by_group() throws Exception {
        JsonNode expected = expected("fairlearn_user_guide_vector");
        StringBuilder csv = new StringBuilder("group,predicted,true\n");
        for (int i = 0; i < expected.get("y_true").size(); i++) {
            csv.append(expected.get("sensitive").get(i).asText()).append(',');
            csv.append(expected.get("y_pred").get(i).asInt()).append(',');
            csv.append(expected.get("y_true").get(i).asInt()).append('\n');
        }

        JsonNode audit = Audits.audit(FakeRequest.csv(
                csv.toString(),
                "protectedAttribute=group",
                "privileged=a",
                "decision=predicted",
                "favourable=1",
                "label=true"));

        expected.get("by_group").properties().forEach(entry -> {
            JsonNode group = Audits.group(audit, entry.getKey());
            JsonNode rates = group.get("confusion").get("rates");
            assertValue(group.get("selection").get("rate"), entry.getValue().get("selection_rate"));
            assertValue(rates.get("truePositiveRate"), entry.getValue().get("tpr"));
            assertValue(rates.get("falsePositiveRate"), entry.getValue().get("fpr"));
        });
    }

    private static void assertValue(JsonNode measure, JsonNode known) {
        assertPrinted(measure.get("value"), known.asDouble());
    }
}
