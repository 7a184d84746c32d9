package dev.busbar.turbo;

import static dev.busbar.turbo.Audits.GENDER;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.busbar.plugin.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CsvInputTest {
    private static final String GOOD = "gender,decision\nMale,yes\nMale,no\nFemale,yes\nFemale,no\n";

    private static ProblemException refusal(String csv, String... query) {
        return Audits.refusal(FakeRequest.csv(csv, query));
    }

    private static String[] gender(String... more) {
        String[] all = Arrays.copyOf(GENDER, GENDER.length + more.length);
        System.arraycopy(more, 0, all, GENDER.length, more.length);
        return all;
    }

    private static void assertMalformed(ProblemException problem, String where, String what) {
        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.name()).isEqualTo("bad-request");
        assertThat(problem.detail()).startsWith(where + ": ").contains(what);
    }

    private static void assertInvalid(ProblemException problem, String pointer, String detail) {
        assertThat(problem.status()).isEqualTo(422);
        assertThat(problem.violations())
                .extracting(ProblemException.Violation::pointer)
                .containsExactly(pointer);
        assertThat(problem.detail()).contains(detail);
    }

    @ParameterizedTest
    @CsvSource({
        "'gender,decision\nMale,yes\nFemale,\"no\"x\n', 'line 3, column 2'",
        "'gender,decision\n\"Ma\nle\",yes\n\"Fe\"male,no\n', 'line 4, column 1'",
        "'gender,decision\nMale,yes\nFemale,\"no\nMale,yes\n', 'line 3, column 2'",
        "'gender,\"decision\nMale,yes\n', 'line 1, column 2'"
    })
    void malformed_quoting_is_refused_with_line_and_column(String csv, String where) {
        assertMalformed(refusal(csv, GENDER), where, "malformed quoting");
    }

    @Test
    void a_field_without_end_is_refused_before_it_fills_the_memory() {
        String csv = "gender,decision\nMale,yes\n\"" + "x".repeat(2 << 20);

        assertMalformed(refusal(csv, GENDER), "line 3, column 1", "1048576 characters");
    }

    @Test
    void a_wrong_number_of_fields_is_refused_with_line_and_column() {
        assertMalformed(refusal("gender,decision,x\nMale,yes\n", GENDER), "line 2, column 3", "a row of 2 fields");
        assertMalformed(refusal("gender,decision\n\nMale,yes,1\n", GENDER), "line 3, column 3", "a row of 3 fields");
    }

    @Test
    void bytes_that_are_not_utf_8_are_refused_with_line_and_column() {
        InputStream latin = new ByteArrayInputStream("gender,decision\nM\u00e4nnlich,yes\n".getBytes(ISO_8859_1));
        InputStream wide = new ByteArrayInputStream(GOOD.getBytes(UTF_16));

        assertMalformed(Audits.refusal(FakeRequest.csv(latin, GENDER)), "line 2, column 1", "not UTF-8");
        assertMalformed(Audits.refusal(FakeRequest.csv(wide, GENDER)), "line 1, column 1", "not UTF-8");
    }

    @Test
    void nul_is_refused_with_line_and_column() {
        assertMalformed(refusal("gender,decision\nMale,y\0es\n", GENDER), "line 2, column 2", "NUL");
    }

    @Test
    void a_missing_header_is_refused() {
        assertMalformed(refusal("", GENDER), "line 1, column 1", "no header");
        assertMalformed(refusal("\n\n", GENDER), "line 1, column 1", "no header");
    }

    @Test
    void a_name_that_stands_twice_in_the_header_is_refused() {
        assertMalformed(
                refusal("gender,decision,gender\nMale,yes,x\n", GENDER),
                "line 1, column 3",
                "\"gender\" already in column 1");
    }

    @Test
    void columns_without_a_name_may_be_there() throws Exception {
        JsonNode audit = Audits.audit(FakeRequest.csv(",gender,decision,\n0,Male,yes,\n1,Female,no,\n", GENDER));

        assertThat(audit.get("groups")).hasSize(2);
    }

    @Test
    void too_many_columns_are_refused() {
        String header = "gender,decision" + ",".repeat(10_000);

        assertMalformed(refusal(header + "\n", GENDER), "line 1, column 10001", "one more column than 10000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "-1", "''", "NaN", "Infinity", "1d", "0x1p3", "1e13", "1e-13", "1 000"})
    void a_weight_that_is_no_weight_is_refused_with_line_and_column(String weight) {
        String csv = "gender,decision,count\nMale,yes,3\nFemale,yes," + weight.replace("'", "") + "\n";

        ProblemException problem = refusal(csv, gender("weight=count"));

        assertInvalid(problem, "?weight", "line 3, column 3 (count): \"" + weight.replace("'", "") + "\"");
    }

    @Test
    void a_long_value_is_refused_without_repeating_all_of_it() {
        String csv = "gender,decision\n" + "x".repeat(1000) + ",yes\n";

        ProblemException problem = refusal(csv, GENDER);

        assertInvalid(problem, "?protectedAttribute", "line 2, column 1 (gender)");
        assertThat(problem.detail()).hasSizeLessThan(200);
    }

    @Test
    void a_column_that_is_not_there_is_refused_naming_those_that_are() {
        ProblemException problem = refusal(
                GOOD,
                "protectedAttribute=sex",
                "privileged=Male",
                "decision=decision",
                "favourable=yes",
                "stratum=dept");

        assertThat(problem.status()).isEqualTo(422);
        assertThat(problem.detail()).isEqualTo("no column \"sex\", \"dept\"; the columns are \"gender\", \"decision\"");
        assertThat(problem.violations())
                .extracting(ProblemException.Violation::pointer)
                .containsExactly("?protectedAttribute", "?stratum");
    }

    @Test
    void a_privileged_group_that_does_not_occur_is_refused_naming_those_that_do() {
        String[] query = GENDER.clone();
        query[1] = "privileged=male";

        assertInvalid(refusal(GOOD, query), "?privileged", "\"Female\", \"Male\"");
    }

    @Test
    void a_header_without_rows_is_refused() {
        assertInvalid(refusal("gender,decision\n", GENDER), "", "no rows");
    }

    @Test
    void every_parameter_that_does_not_fit_is_answered_at_once() {
        ProblemException problem =
                refusal(GOOD, "privileged=", "decision=decision", "decision=gender", "confidence=95");

        assertThat(problem.status()).isEqualTo(422);
        assertThat(problem.violations())
                .extracting(ProblemException.Violation::pointer)
                .containsExactly("?privileged", "?decision", "?confidence");
        assertThat(problem.detail()).contains("?decision: given 2 times");
    }

    @Test
    void every_parameter_that_is_unknown_or_missing_is_answered_at_once() {
        ProblemException problem = refusal(GOOD, "protected=gender", "decision=decision", "favourableLabel=yes");

        assertThat(problem.status()).isEqualTo(422);
        assertThat(problem.violations())
                .extracting(ProblemException.Violation::pointer)
                .containsExactly("?protected", "?protectedAttribute", "?privileged", "?favourable", "?favourableLabel");
        assertThat(problem.detail()).contains("?protected: unknown parameter");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.4", "0.99999", "NaN", "high"})
    void a_confidence_out_of_range_is_refused(String confidence) {
        assertInvalid(refusal(GOOD, gender("confidence=" + confidence)), "?confidence", "a number from 0.5 to 0.9999");
    }

    @Test
    void a_column_of_many_values_is_refused_as_groups() {
        String csv = IntStream.range(0, 101)
                .mapToObj(i -> "id" + i + ",yes\n")
                .collect(Collectors.joining("", "gender,decision\n", ""));

        assertInvalid(refusal(csv, GENDER), "?protectedAttribute", "more than 100 groups");
    }

    @Test
    void strata_count_once_for_each_group_whether_or_not_they_occur_together() {
        String strata =
                IntStream.range(0, 200).mapToObj(i -> "Male,yes," + i + "\n").collect(Collectors.joining());
        String groups =
                IntStream.range(0, 60).mapToObj(i -> "g" + i + ",no,0\n").collect(Collectors.joining());

        String csv = "gender,decision,id\n" + strata + groups;

        assertInvalid(refusal(csv, gender("stratum=id")), "?stratum", "more than 10000 pairs");
    }

    @Test
    void a_column_of_many_values_is_refused_as_strata() {
        String csv = IntStream.range(0, 10_001)
                .mapToObj(i -> "Male,yes," + i + "\n")
                .collect(Collectors.joining("", "gender,decision,id\n", ""));

        assertInvalid(refusal(csv, gender("stratum=id")), "?stratum", "more than 10000 pairs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gender,deci", "gender,decision\nMale,yes\nFemale,\"n"})
    void a_problem_of_the_body_goes_through_as_it_is(String start) {
        ProblemException tooLarge = ProblemException.of(413, "payload-too-large", "Payload too large", "too much");

        assertThatThrownBy(() -> Audits.audit(FakeRequest.csv(failing(start, tooLarge), GENDER)))
                .isSameAs(tooLarge);
    }

    @Test
    void a_body_that_breaks_off_is_no_fault_of_the_table() {
        IOException gone = new IOException("client is gone");

        assertThatThrownBy(() -> Audits.audit(FakeRequest.csv(failing("gender,decision\nMale,yes\n", gone), GENDER)))
                .isSameAs(gone);
    }

    private static InputStream failing(String start, Exception failure) {
        InputStream end = new InputStream() {
            @Override
            public int read() throws IOException {
                if (failure instanceof IOException e) {
                    throw e;
                }
                throw (RuntimeException) failure;
            }
        };
        return new SequenceInputStream(new ByteArrayInputStream(start.getBytes(ISO_8859_1)), end);
    }

    @Test
    void byte_order_mark_line_ends_and_quotes_change_nothing() throws Exception {
        JsonNode plain = Audits.audit(FakeRequest.csv(GOOD, GENDER));
        String odd = "\ufeff\"gender\",decision\r\n\"Male\",yes\r\n\r\nMale,\"no\"\rFemale,yes\nFemale,no";

        assertThat(Audits.audit(FakeRequest.csv(odd, GENDER))).isEqualTo(plain);
    }

    @Test
    void quotes_commas_and_line_ends_may_stand_in_a_quoted_field() throws Exception {
        String csv = "gender,decision\n\"Ma\"\"le,\n1\",yes\nFemale,no\n";

        JsonNode audit = Audits.audit(FakeRequest.csv(
                csv, "protectedAttribute=gender", "privileged=Ma\"le,\n1", "decision=decision", "favourable=yes"));

        assertThat(audit.get("groups").get(0).get("group").asText()).isEqualTo("Ma\"le,\n1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/csv", "Text/CSV; charset=UTF-8", "text/csv;header=present;charset=\"utf-8\""})
    void csv_in_utf_8_is_read(String contentType) throws Exception {
        Audits.audit(FakeRequest.csv(GOOD, GENDER).withHeaders(Map.of("content-type", contentType)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/csv; charset=iso-8859-1", "text/plain", ""})
    void another_content_type_is_refused(String contentType) {
        FakeRequest request = FakeRequest.csv(GOOD, GENDER).withHeaders(Map.of("content-type", contentType));

        assertThat(Audits.refusal(request).status()).isEqualTo(415);
    }

    /** An index of pandas, row names of R, and columns of a spreadsheet that were once in use have no name. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                ",gender,decision\n0,Male,yes\n1,Male,no\n2,Female,yes\n3,Female,no\n",
                "\"\",\"gender\",\"decision\"\n\"1\",\"Male\",\"yes\"\n\"2\",\"Male\",\"no\"\n\"3\",\"Female\",\"yes\"\n\"4\",\"Female\",\"no\"\n",
                "gender,decision,,\r\nMale,yes,,\r\nMale,no,,\r\nFemale,yes,,\r\nFemale,no,,\r\n",
                " ,gender,decision,,\"\"\nx,Male,yes,,\ny,Male,no,1,\nz,Female,yes,,\n,Female,no,,2\n"
            })
    void columns_without_a_name_are_ignored(String csv) throws Exception {
        assertThat(Audits.audit(FakeRequest.csv(csv, GENDER))).isEqualTo(Audits.audit(FakeRequest.csv(GOOD, GENDER)));
    }

    /** R's write.table names the columns, but not that of the row names. */
    @Test
    void rows_with_more_fields_than_the_header_are_refused_with_line_and_column() {
        assertMalformed(
                refusal("gender,decision\n1,Male,yes\n2,Female,no\n", GENDER), "line 2, column 3", "a row of 3 fields");
        assertMalformed(refusal("gender,decision\nMale,yes,\n", GENDER), "line 2, column 3", "a row of 3 fields");
    }

    /** Files of spreadsheets that are no comma-separated text: refused with what was found, never counted in part. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "gender;decision\r\nMale;yes\r\nFemale;no\r\n",
                "gender\tdecision\nMale\tyes\n",
                "sep=,\r\ngender,decision\r\nMale,yes\r\n",
                "# exported in 2026\ngender,decision\nMale,yes\n",
                "gender, decision\nMale, yes\n",
                "\"gender\" ,\"decision\"\n\"Male\" ,\"yes\"\n",
                "gender,decision\r\nMale,yes\r\n\u001a",
                "gender,decision\r\nMale,yes\r\n   \r\n",
                "gender,decision\nMale,\"said \\\"yes\\\"\"\n"
            })
    void what_spreadsheets_write_otherwise_is_refused(String csv) {
        assertThat(refusal(csv, GENDER).status()).isIn(400, 422);
    }

    @Test
    void rows_of_commas_alone_and_blank_lines_change_no_measure() throws Exception {
        String csv = "\r\n\r\n" + GOOD.replace("\n", "\r\n\r\n") + ",\r\n,\r\n\r\n";

        JsonNode audit = Audits.audit(FakeRequest.csv(csv, GENDER));

        assertThat(audit.get("comparisons"))
                .isEqualTo(Audits.audit(FakeRequest.csv(GOOD, GENDER)).get("comparisons"));
        assertThat(audit.get("rows").get("counted").asInt()).isEqualTo(4);
        assertThat(audit.get("rows").get("excluded").get(0).get("rows").asInt()).isEqualTo(2);
    }
}
