package dev.busbar.turbo;

import static dev.busbar.turbo.Audits.GENDER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.busbar.plugin.ProblemException;
import dev.busbar.turbo.text.Values;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that stand for a missing one in files of pandas, R, Excel and web tables, and numbers in their forms. */
final class MissingValuesTest {
    /** 40 of 100 women and 50 of 100 men: at the limit of four fifths, so any further outcome turns the verdict. */
    private static final String AT_THE_LIMIT =
            "Female,yes\n".repeat(40) + "Female,no\n".repeat(60) + "Male,yes\n".repeat(50) + "Male,no\n".repeat(50);

    private static JsonNode audit(String csv, String... query) throws Exception {
        return Audits.audit(FakeRequest.csv(csv, query));
    }

    private static String quoted(String value) {
        return '"' + value + '"';
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NA",
                "N/A",
                "n/a",
                "NaN",
                "nan",
                "-nan",
                "<NA>",
                "NaT",
                "None",
                "NULL",
                "null",
                "#N/A",
                "#NA",
                "#NULL!",
                "#DIV/0!",
                "#VALUE!",
                "#REF!",
                "#NAME?",
                "#NUM!",
                "1.#IND",
                "-1.#QNAN",
                "\\N",
                "(null)",
                "(blank)",
                "undefined",
                "nil",
                "n.a.",
                "?",
                ".",
                "-",
                "--",
                "\u2013",
                "\u2014",
                " NA ",
                "na\u00a0",
                "\ufeffNA"
            })
    void a_marker_of_a_missing_value_is_excluded_and_noted_and_turns_no_verdict(String marker) throws Exception {
        String csv = "gender,decision\n" + AT_THE_LIMIT + ("Female," + quoted(marker) + "\n").repeat(30)
                + (quoted(marker) + ",no\n").repeat(2);

        JsonNode audit = audit(csv, GENDER);

        JsonNode women = Audits.comparison(audit, "Female");
        assertThat(women.get("fourFifths").get("verdict").asText()).isEqualTo("fine");
        assertThat(women.get("disparateImpact").get("value").asDouble()).isEqualTo(0.8);
        assertThat(audit.get("groups")).hasSize(2);
        assertThat(audit.get("unfavourable").toString()).isEqualTo("[\"no\"]");
        assertThat(audit.get("rows").get("excluded").toString())
                .contains("{\"reason\":\"missing decision\",\"from\":\"everything\",\"rows\":30,\"weight\":30.0}")
                .contains(
                        "{\"reason\":\"missing protected attribute\",\"from\":\"everything\",\"rows\":2,\"weight\":2.0}");
        assertThat(audit.get("notes").toString())
                .contains("column \\\"decision\\\"")
                .contains("column \\\"gender\\\"")
                .contains("(rows: 30)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00a0", "\u200b", "\ufeff", "\u3000", "\u2007", "\u2060", " \t "})
    void an_invisible_value_is_empty(String invisible) throws Exception {
        JsonNode audit = audit("gender,decision\n" + AT_THE_LIMIT + "Female,\"" + invisible + "\"\n", GENDER);

        assertThat(audit.get("rows").get("excluded").toString()).contains("\"empty decision\"");
        assertThat(audit.get("unfavourable").toString()).isEqualTo("[\"no\"]");
    }

    @Test
    void a_marker_is_excluded_from_labels_and_strata_alone() throws Exception {
        String csv =
                "gender,decision,truth,place\nMale,yes,NA,a\nMale,no,yes,NA\nFemale,yes,no,a\nFemale,no,yes,#N/A\n";

        JsonNode audit = audit(
                csv,
                "protectedAttribute=gender",
                "privileged=Male",
                "decision=decision",
                "favourable=yes",
                "label=truth",
                "stratum=place");

        assertThat(audit.get("rows").get("counted").asInt()).isEqualTo(4);
        assertThat(audit.get("rows").get("excluded").findValuesAsText("reason"))
                .containsExactly("missing label", "missing stratum");
        JsonNode men = Audits.group(audit, "Male").get("confusion");
        assertThat(men.get("truePositives").asInt() + men.get("falsePositives").asInt())
                .isZero();
        assertThat(Audits.comparison(audit, "Female")
                        .get("stratified")
                        .get("strata")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void a_marker_that_the_description_names_is_a_value() throws Exception {
        String csv = "region,treatment\nNA,None\nNA,drug\nEU,None\nEU,drug\n";

        JsonNode audit =
                audit(csv, "protectedAttribute=region", "privileged=NA", "decision=treatment", "favourable=None");

        assertThat(audit.get("rows").get("excluded")).isEmpty();
        assertThat(Audits.group(audit, "NA").get("selection").get("favourable").asInt())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Nadia", "NASA", "nano", "None of these", "unknown", "n", "0", "-1", "NAN1"})
    void a_value_that_resembles_a_marker_counts(String value) throws Exception {
        JsonNode audit = audit("gender,decision\nMale,yes\nFemale," + value + "\n", GENDER);

        assertThat(audit.get("rows").get("excluded")).isEmpty();
        assertThat(audit.get("unfavourable").get(0).asText()).isEqualTo(value);
    }

    @Test
    void a_missing_weight_is_refused() {
        assertThat(Audits.refusal(FakeRequest.csv(
                                "gender,decision,n\nMale,yes,NA\n",
                                "protectedAttribute=gender",
                                "privileged=Male",
                                "decision=decision",
                                "favourable=yes",
                                "weight=n"))
                        .detail())
                .contains("line 2, column 3 (n): \"NA\"");
    }

    /** pandas writes 1.0 where a column of whole numbers has gaps, R writes 1e+05. */
    @ParameterizedTest
    @ValueSource(strings = {"1", "1.0", "1.000", "1e0", "1E+00", "10e-1"})
    void a_number_is_one_value_in_all_its_forms(String favourable) throws Exception {
        String csv = "group,decision\n100000,1.0\n1e+05,0.0\n1E5,1\n7,1\n7,0.0\n";

        JsonNode audit = audit(
                csv, "protectedAttribute=group", "privileged=1e5", "decision=decision", "favourable=" + favourable);

        assertThat(audit.get("groups")).hasSize(2);
        JsonNode selection = Audits.group(audit, "100000").get("selection");
        assertThat(selection.get("total").asInt()).isEqualTo(3);
        assertThat(selection.get("favourable").asInt()).isEqualTo(2);
        assertThat(audit.get("unfavourable").toString()).isEqualTo("[\"0\"]");
        assertThat(audit.get("description").get("favourable").asText()).isEqualTo("1");
    }

    @Test
    void numbers_and_texts_of_one_value_are_one_value_in_json() throws Exception {
        String json = """
                {"protectedAttribute": "g", "privileged": 1.0, "decision": "d", "favourable": "2.50", "label": "t",
                 "favourableLabel": -0.0,
                 "rows": [{"g": "1", "d": 2.5, "t": 0}, {"g": 1, "d": "2.5", "t": "0"}, {"g": 1e0, "d": 2.50, "t": "0.0"},
                          {"g": "1.0", "d": 25e-1, "t": "-0"}, {"g": 2, "d": "0", "t": "1"}, {"g": "2", "d": 0.0, "t": 1}]}""";

        JsonNode audit = Audits.audit(FakeRequest.json(json));

        assertThat(audit.get("groups")).hasSize(2);
        assertThat(Audits.group(audit, "1")
                        .get("confusion")
                        .get("truePositives")
                        .asInt())
                .isEqualTo(4);
        assertThat(audit.get("unfavourable").toString()).isEqualTo("[\"0\"]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "007",
                "+1",
                "1.",
                ".5",
                "1e",
                "1,5",
                "1_000",
                "0x10",
                "1.2.3",
                "1 ",
                "12345678901234567890123456789012"
            })
    void a_text_that_is_a_code_stays_as_it_is(String code) {
        assertThat(Values.canonical(code)).isEqualTo(code);
    }

    @Test
    void large_and_small_numbers_keep_their_digits() {
        assertThat(Values.canonical("9007199254740993.0")).isEqualTo("9007199254740993");
        assertThat(Values.canonical("1e300")).isEqualTo(Values.canonical("1.0E300"));
        assertThat(Values.canonical("1e-300")).isEqualTo(Values.canonical("10e-301"));
        assertThat(Values.canonical("0e999")).isEqualTo("0");
    }

    @Test
    void decisions_that_differ_from_the_favourable_one_in_case_or_blanks_are_noted() throws Exception {
        String csv = "gender,decision\nMale,TRUE\nFemale,True\nFemale, true \nFemale,FALSE\n";

        JsonNode audit =
                audit(csv, "protectedAttribute=gender", "privileged=Male", "decision=decision", "favourable=TRUE");

        assertThat(audit.get("notes").toString())
                .contains("only in case or blanks count as unfavourable: \\\" true \\\", \\\"True\\\"");
    }

    /** UCI's credit approval data have + and -; others approve or do nothing. */
    @ParameterizedTest
    @CsvSource({"+, -", "approved, none", "1, ?", "yes, n/a"})
    void markers_as_the_only_other_decision_are_refused(String favourable, String marker) {
        String csv = "gender,decision\n" + ("Male," + favourable + "\n").repeat(40)
                + ("Female," + marker + "\n").repeat(30) + "Female," + favourable + "\n";

        ProblemException problem = Audits.refusal(FakeRequest.csv(
                csv, "protectedAttribute=gender", "privileged=Male", "decision=decision", "favourable=" + favourable));

        assertThat(problem.status()).isEqualTo(422);
        assertThat(problem.violations())
                .extracting(ProblemException.Violation::pointer)
                .containsExactly("?decision");
        assertThat(problem.detail()).contains("only markers of a missing value: \"" + marker + "\" (rows: 30)");
    }

    @Test
    void markers_as_the_only_other_label_are_refused() {
        ProblemException problem = Audits.refusal(FakeRequest.csv(
                "gender,decision,truth\nMale,yes,+\nFemale,no,-\n",
                "protectedAttribute=gender",
                "privileged=Male",
                "decision=decision",
                "favourable=yes",
                "label=truth",
                "favourableLabel=+"));

        assertThat(problem.violations())
                .extracting(ProblemException.Violation::pointer)
                .containsExactly("?label");
    }
}
