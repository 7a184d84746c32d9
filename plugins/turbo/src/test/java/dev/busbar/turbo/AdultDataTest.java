package dev.busbar.turbo;

import static dev.busbar.turbo.Audits.assertMeasure;
import static dev.busbar.turbo.Audits.assertPrinted;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The UCI census income data, 48,842 people (Becker and Kohavi 1996), against the results kept with it. */
final class AdultDataTest {
    private static final int PART = 1;

    private static JsonNode expected(String name) throws IOException {
        return new ObjectMapper()
                .readTree(Folders.testData("adult/expected.json").toFile())
                .get(name);
    }

    private static InputStream adult() throws IOException {
        return new GZIPInputStream(Files.newInputStream(Folders.testData("adult/adult.csv.gz")));
    }

    private static InputStream adult(String part) throws IOException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(adult(), StandardCharsets.UTF_8))) {
            String csv = lines.lines()
                    .filter(line -> line.startsWith("row_id") || line.split(",", -1)[PART].equals(part))
                    .collect(Collectors.joining("\n"));
            return new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static JsonNode audit(InputStream body, String attribute, String privileged) throws Exception {
        try (body) {
            return Audits.audit(FakeRequest.csv(
                    body,
                    "protectedAttribute=" + attribute,
                    "privileged=" + privileged,
                    "decision=income",
                    "favourable=>50K"));
        }
    }

    private static void assertAgrees(JsonNode comparison, JsonNode expected) {
        JsonNode katz = expected.get("di_ci95_katz");
        JsonNode newcombe = expected.get("spd_ci95_newcombe");
        assertMeasure(
                comparison.get("disparateImpact"),
                expected.get("disparate_impact").asDouble(),
                katz.get(0).asDouble(),
                katz.get(1).asDouble());
        assertMeasure(
                comparison.get("statisticalParityDifference"),
                expected.get("mean_difference").asDouble(),
                newcombe.get(0).asDouble(),
                newcombe.get(1).asDouble());
        assertPrinted(
                comparison.get("selectionTest").get("statistic"),
                expected.get("z").asDouble());
        assertThat(comparison.get("fourFifths").get("verdict").asText()).isEqualTo("violation");
    }

    @Test
    void women_earn_above_the_line_at_a_third_of_the_rate_of_men() throws Exception {
        JsonNode audit = audit(adult(), "sex", "Male");

        JsonNode women = Audits.comparison(audit, "Female");
        assertMeasure(women.get("disparateImpact"), 0.359655, 0.343161, 0.376942);
        assertAgrees(women, expected("sex_male_privileged"));
        assertThat(Audits.group(audit, "Female").get("selection").get("total").asInt())
                .isEqualTo(16_192);
        assertThat(audit.get("rows").get("read").asInt()).isEqualTo(48_842);
    }

    @Test
    void all_other_races_together_agree() throws Exception {
        JsonNode audit = audit(adult(), "race", "White");

        JsonNode others = audit.get("othersTogether");
        assertThat(others.get("group").asText()).isEqualTo("all but White");
        assertAgrees(others, expected("race_white_privileged"));
        assertThat(audit.get("comparisons")).hasSize(4);
    }

    @ParameterizedTest
    @CsvSource({"train, uci_train_only_sex", "test, uci_test_only_sex"})
    void parts_of_the_data_agree(String part, String name) throws Exception {
        JsonNode expected = expected(name);

        JsonNode women = Audits.comparison(audit(adult(part), "sex", "Male"), "Female");

        assertPrinted(
                women.get("disparateImpact").get("value"),
                expected.get("disparate_impact").asDouble());
        assertPrinted(
                women.get("statisticalParityDifference").get("value"),
                expected.get("mean_difference").asDouble());
    }
}
