package dev.busbar.turbo;

import static dev.busbar.turbo.Audits.assertMeasure;
import static dev.busbar.turbo.Audits.assertPrinted;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

/** The sample that ships, against R's {@code UCBAdmissions}: Bickel, Hammel and O'Connell 1975, Science 187:398. */
final class BerkeleyTest {
    private static final String[] DESCRIPTION = {
        "protectedAttribute=gender",
        "privileged=Male",
        "decision=decision",
        "favourable=admitted",
        "weight=count",
        "stratum=department"
    };

    private static JsonNode audit() throws Exception {
        try (InputStream body = Folders.sample("berkeley-1973.csv")) {
            return Audits.audit(FakeRequest.csv(body, DESCRIPTION));
        }
    }

    @Test
    void women_are_admitted_at_two_thirds_of_the_rate_of_men() throws Exception {
        JsonNode women = audit().get("comparisons").get(0);

        assertThat(women.get("group").asText()).isEqualTo("Female");
        assertThat(women.get("reference").asText()).isEqualTo("Male");
        assertMeasure(women.get("disparateImpact"), 0.681830, 0.628697, 0.739454);
        assertMeasure(women.get("statisticalParityDifference"), -0.141645, -0.169570, -0.113213);
        assertPrinted(women.get("selectionTest").get("statistic"), -9.602358);
        assertThat(women.get("fourFifths").get("verdict").asText()).isEqualTo("violation");
    }

    @Test
    void counts_and_rates_of_each_group_are_there() throws Exception {
        JsonNode audit = audit();

        JsonNode men = audit.get("groups").get(0);
        assertThat(men.get("privileged").asBoolean()).isTrue();
        assertThat(men.get("selection").get("total").asDouble()).isEqualTo(2691);
        assertThat(men.get("selection").get("favourable").asDouble()).isEqualTo(1198);
        assertPrinted(men.get("selection").get("rate").get("value"), 0.445188);
        JsonNode women = Audits.group(audit, "Female");
        assertThat(women.get("selection").get("total").asDouble()).isEqualTo(1835);
        assertThat(women.get("selection").get("favourable").asDouble()).isEqualTo(557);
        assertPrinted(women.get("selection").get("rate").get("value"), 0.303542);
        assertThat(women.get("confusion").isNull()).isTrue();
    }

    @Test
    void within_departments_the_gap_vanishes() throws Exception {
        JsonNode stratified = audit().get("comparisons").get(0).get("stratified");

        JsonNode ratios = stratified.get("oddsRatios");
        assertThat(ratios.get("common").get("group").asText()).isEqualTo("Male");
        assertThat(ratios.get("common").get("reference").asText()).isEqualTo("Female");
        assertMeasure(ratios.get("common"), 0.904697, 0.771907, 1.060330);
        assertPrinted(ratios.get("testWithContinuity").get("statistic"), 1.426946);
        assertPrinted(ratios.get("testWithContinuity").get("p"), 0.232263);
        assertPrinted(ratios.get("test").get("statistic"), 1.524607);
        assertPrinted(ratios.get("test").get("p"), 0.216924);
        assertThat(stratified.get("simpsonReversal").asBoolean()).isTrue();
        assertThat(stratified.get("note").asText()).contains("Simpson").contains("together prove no gap");
        assertThat(stratified.get("strata").asInt()).isEqualTo(6);
        assertThat(stratified.get("informativeStrata").asInt()).isEqualTo(6);
    }

    @Test
    void each_department_has_its_own_numbers() throws Exception {
        JsonNode departments =
                audit().get("comparisons").get(0).get("stratified").get("perStratum");

        JsonNode a = departments.get(0);
        assertThat(a.get("stratum").asText()).isEqualTo("A");
        assertPrinted(a.get("selection").get("rate").get("value"), 0.824074);
        assertPrinted(a.get("referenceSelection").get("rate").get("value"), 0.620606);
        assertPrinted(a.get("disparateImpact").get("value"), 1.327854);
        assertPrinted(a.get("statisticalParityDifference").get("value"), 0.203468);
        assertPrinted(a.get("selectionTest").get("statistic"), 4.153073);
        JsonNode f = departments.get(5);
        assertPrinted(f.get("disparateImpact").get("value"), 1.193282);
        assertPrinted(f.get("selectionTest").get("statistic"), 0.619753);
    }

    @Test
    void the_description_is_answered_as_understood() throws Exception {
        JsonNode audit = audit();

        JsonNode description = audit.get("description");
        assertThat(description.get("protectedAttribute").asText()).isEqualTo("gender");
        assertThat(description.get("weight").asText()).isEqualTo("count");
        assertThat(description.get("label").isNull()).isTrue();
        assertThat(description.get("confidence").asDouble()).isEqualTo(0.95);
        assertThat(audit.get("unfavourable").get(0).asText()).isEqualTo("rejected");
        assertThat(audit.get("rows").toString())
                .isEqualTo("{\"read\":24,\"counted\":24,\"weight\":4526.0,\"weighting\":\"counts\",\"excluded\":[]}");
        assertThat(audit.get("othersTogether").isNull()).isTrue();
        assertThat(audit.get("notes")).isEmpty();
    }
}
