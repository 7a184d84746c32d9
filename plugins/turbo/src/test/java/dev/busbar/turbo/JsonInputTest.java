package dev.busbar.turbo;

import static dev.busbar.turbo.Audits.GENDER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.busbar.plugin.ProblemException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonInputTest {
    private static final String DESCRIPTION = """
            "protectedAttribute": "gender", "privileged": "Male", "decision": "decision", "favourable": "yes"\
            """;

    private static String body(String rows) {
        return "{" + DESCRIPTION + ", \"rows\": " + rows + "}";
    }

    private static void assertInvalid(ProblemException problem, String pointer, String detail) {
        assertThat(problem.status()).isEqualTo(422);
        assertThat(problem.violations())
                .extracting(ProblemException.Violation::pointer)
                .containsExactly(pointer);
        assertThat(problem.detail()).contains(detail);
    }

    @Test
    void rows_in_json_give_the_same_answer_as_in_csv() throws Exception {
        String csv = "gender,decision\nMale,yes\nMale,no\nFemale,yes\n,no\n";
        String rows = """
                [{"gender": "Male", "decision": "yes"}, {"decision": "no", "gender": "Male", "other": [1]},
                 {"gender": "Female", "decision": "yes"}, {"gender": null, "decision": "no"}]""";

        assertThat(Audits.audit(FakeRequest.json(body(rows)))).isEqualTo(Audits.audit(FakeRequest.csv(csv, GENDER)));
    }

    @Test
    void numbers_and_booleans_are_compared_as_they_are_written() throws Exception {
        String json = """
                {"protectedAttribute": "g", "privileged": 1, "decision": "d", "favourable": true, "weight": "w",
                 "confidence": 0.9,
                 "rows": [{"g": 1, "d": true, "w": 2.5}, {"g": 1.0, "d": false, "w": 1}, {"g": 2, "d": true, "w": "3"},
                          {"g": 2.5, "d": true, "w": 0}]}""";

        JsonNode audit = Audits.audit(FakeRequest.json(json));

        assertThat(audit.get("groups").findValuesAsText("group")).contains("1", "2", "2.5");
        assertThat(Audits.group(audit, "1").get("selection").get("total").asDouble())
                .isEqualTo(3.5);
        assertThat(audit.get("description").get("confidence").asDouble()).isEqualTo(0.9);
        assertThat(audit.get("rows").get("weighting").asText()).isEqualTo("sampling weights");
    }

    @Test
    void malformed_json_is_refused_with_line_and_column() {
        ProblemException problem = Audits.refusal(FakeRequest.json("{\"rows\": [\n}"));

        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.detail()).contains("line 2, column");
    }

    @Test
    void an_unknown_member_is_refused() {
        assertThat(Audits.refusal(FakeRequest.json("{\"protected\": \"gender\"}"))
                        .status())
                .isEqualTo(422);
    }

    @Test
    void missing_members_are_answered_at_once() {
        ProblemException problem = Audits.refusal(FakeRequest.json("{\"rows\": []}", "privileged=Male"));

        assertThat(problem.violations())
                .extracting(ProblemException.Violation::pointer)
                .containsExactly("?privileged", "/protectedAttribute", "/privileged", "/decision", "/favourable");
    }

    @Test
    void members_that_do_not_fit_are_answered_at_once() {
        String json = "{" + DESCRIPTION + ", \"label\": \" \", \"confidence\": 95, \"rows\": []}";

        ProblemException problem = Audits.refusal(FakeRequest.json(json));

        assertThat(problem.violations())
                .extracting(ProblemException.Violation::pointer)
                .containsExactly("/label", "/confidence");
        assertThat(problem.detail()).contains("a number from 0.5 to 0.9999");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "null                                                 | /rows          | no rows",
                "[]                                                   | /rows          | no rows",
                "[{\"gender\": \"Male\", \"decision\": \"yes\"}, null]| /rows/1        | an object",
                "[{\"gender\": \"Male\"}]                             | /decision      | the columns are \"gender\"",
                "[{\"gender\": [], \"decision\": \"yes\"}]            | /rows/0/gender | object or array",
                "[{\"gender\": \"F\", \"decision\": \"yes\"}]         | /privileged    | are: \"F\""
            })
    void rows_that_do_not_fit_are_refused_with_their_pointer(String rows, String pointer, String detail) {
        assertInvalid(Audits.refusal(FakeRequest.json(body(rows))), pointer, detail);
    }

    @Test
    void a_weight_that_is_no_weight_is_refused_with_its_pointer() {
        String json = """
                {%s, "weight": "n/a~b", "rows": [{"gender": "Male", "decision": "yes", "n/a~b": -2}]}""".formatted(DESCRIPTION);

        assertInvalid(Audits.refusal(FakeRequest.json(json)), "/rows/0/n~1a~0b", "\"-2\" (expected: 0, or a number");
    }

    @Test
    void json_that_is_large_or_of_unknown_size_is_refused_before_it_is_read() {
        FakeRequest request = FakeRequest.json(body("[]"));

        ProblemException large = Audits.refusal(
                request.withHeaders(Map.of("content-type", "application/json", "content-length", "16777217")));
        ProblemException unknown =
                Audits.refusal(request.withHeaders(Map.of("content-type", "application/json; charset=utf-8")));

        assertThat(large.status()).isEqualTo(413);
        assertThat(large.detail()).contains("2097152").contains("text/csv");
        assertThat(unknown.status()).isEqualTo(411);
        assertThat(unknown.detail()).contains("Content-Length");
    }
}
