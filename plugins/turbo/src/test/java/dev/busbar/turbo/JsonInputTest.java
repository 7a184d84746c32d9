package dev.busbar.turbo;

import static dev.busbar.turbo.Audits.GENDER;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.busbar.plugin.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        ProblemException problem = Audits.refusal(FakeRequest.json("{\"pro/tec~ted\": \"gender\"}"));

        assertThat(problem.status()).isEqualTo(422);
        assertThat(problem.violations().get(0).pointer()).isEqualTo("/pro~1tec~0ted");
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
    void members_may_come_in_any_order() throws Exception {
        String rows = """
                [{"gender": "Male", "decision": "yes", "n": 40, "place": "a"},
                 {"gender": "Female", "decision": "no", "n": 30, "place": "NA"}]""";
        String before = "{%s, \"weight\": \"n\", \"stratum\": \"place\", \"rows\": %s}".formatted(DESCRIPTION, rows);
        String after = "{\"rows\": %s, \"weight\": \"n\", %s, \"stratum\": \"place\"}".formatted(rows, DESCRIPTION);
        String between = "{%s, \"rows\": %s, \"stratum\": \"place\", \"weight\": \"n\"}".formatted(DESCRIPTION, rows);

        JsonNode audit = Audits.audit(FakeRequest.json(before));

        assertThat(Audits.audit(FakeRequest.json(after))).isEqualTo(audit);
        assertThat(Audits.audit(FakeRequest.json(between))).isEqualTo(audit);
        assertThat(audit.get("rows").get("weight").asDouble()).isEqualTo(70);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                        | 400 | expected: an object",
                "[]                        | 422 | expected: an object",
                "null                      | 422 | expected: an object",
                "7                         | 422 | expected: an object",
                "{%s}                      | 422 | no rows",
                "{%s, \"rows\": {}}        | 422 | an object (expected: an array of objects)",
                "{%s, \"rows\": 7}         | 422 | a number (expected: an array of objects)",
                "{%s, \"rows\": [7]}       | 422 | a number (expected: an object)",
                "{%s, \"rows\": []} {}     | 422 | no rows",
                "{%s, \"rows\": [{\"gender\": \"Male\", \"decision\": 1}]} {} | 400 | something follows",
                "{%s, \"rows\": [{\"gender\": 1, \"gender\": 2}]} | 400 | duplicate member",
                "{%s, \"label\": {}, \"rows\": []} | 422 | an object (expected: a string)",
                "{%s, \"confidence\": \"0.9\", \"rows\": []} | 422 | a string (expected: a number from 0.5",
                "{%s, \"rows\": [{\"gender\": NaN}]} | 400 | malformed JSON at line 1"
            })
    void a_body_that_is_no_table_is_refused(String body, int status, String detail) {
        ProblemException problem = Audits.refusal(FakeRequest.json(body.replace("%s", DESCRIPTION)));

        assertThat(problem.status()).isEqualTo(status);
        assertThat(problem.detail()).contains(detail);
    }

    /** A body of unknown length that would never end: what is read of it before the refusal is a buffer or two. */
    @Test
    void rows_are_counted_while_they_stream_in() {
        String start = "{" + DESCRIPTION + ", \"rows\": ["
                + "{\"gender\": \"Male\", \"decision\": \"yes\"},".repeat(5_000) + "7,";
        EndlessRows body = new EndlessRows(start);
        FakeRequest request = new FakeRequest(Map.of("content-type", "application/json"), List.of(), body);

        assertInvalid(Audits.refusal(request), "/rows/5000", "a number");
        assertThat(body.count()).isLessThan(start.length() + 65_536);
    }

    @Test
    void a_body_of_more_than_2_mib_is_counted_if_its_rows_come_last() throws Exception {
        String row = "{\"gender\": \"Male\", \"decision\": \"yes\", \"remark\": \"" + "x".repeat(200) + "\"}";
        String rows = "[" + (row + ",").repeat(20_000) + row + "]";

        JsonNode audit = Audits.audit(FakeRequest.json(body(rows)));
        ProblemException late =
                Audits.refusal(FakeRequest.json("{" + DESCRIPTION + ", \"rows\": " + rows + ", \"weight\": \"n\"}"));

        assertThat(audit.get("rows").get("counted").asInt()).isEqualTo(20_001);
        assertInvalid(late, "/weight", "in a body of more than 2097152 bytes whose rows do not come last");
    }

    @Test
    void a_row_of_very_many_members_and_a_name_without_end_are_refused() {
        String members =
                IntStream.range(0, 10_001).mapToObj(i -> "\"c" + i + "\": 1").collect(Collectors.joining(","));

        assertInvalid(Audits.refusal(FakeRequest.json(body("[{" + members + "}]"))), "/rows/0", "10000 members");
        assertThat(Audits.refusal(FakeRequest.json(body("[{\"" + "x".repeat(100_000) + "\": 1}]")))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void bytes_that_are_not_utf_8_are_refused_and_a_byte_order_mark_is_skipped() throws Exception {
        String json = body(
                "[{\"gender\": \"Male\", \"decision\": \"yes\"}, {\"gender\": \"M\u00e4nnlich\", \"decision\": \"no\"}]");

        ProblemException latin = Audits.refusal(sent(json.getBytes(ISO_8859_1)));
        ProblemException wide = Audits.refusal(sent(json.getBytes(UTF_16)));

        assertThat(latin.status()).isEqualTo(400);
        assertThat(latin.detail()).contains("not UTF-8");
        assertThat(wide.status()).isEqualTo(400);
        assertThat(Audits.audit(sent(("\ufeff" + json).getBytes(UTF_8))))
                .isEqualTo(Audits.audit(FakeRequest.json(json)));
    }

    private static FakeRequest sent(byte[] body) {
        return new FakeRequest(Map.of("content-type", "application/json"), List.of(), new ByteArrayInputStream(body));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{%s, \"label\": \"a\", \"label\": \"b\", \"rows\": []}",
                "{\"label\": null, \"label\": null}",
                "{%s, \"rows\": [{\"gender\": \"Male\", \"decision\": 1}], \"rows\": []}",
                "{\"rows\": [], \"rows\": []}"
            })
    void a_member_that_stands_twice_is_refused(String body) {
        ProblemException problem = Audits.refusal(FakeRequest.json(body.replace("%s", DESCRIPTION)));

        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.detail()).startsWith("malformed JSON at line 1").contains("duplicate member");
    }

    @Test
    void unknown_members_are_refused_before_the_body_ends() {
        GeneratedBody body = new GeneratedBody("{", i -> "\"member" + i + "\": 0,");

        ProblemException problem = Audits.refusal(body.request());

        assertThat(problem.status()).isEqualTo(422);
        assertThat(problem.violations()).hasSize(20);
        assertThat(body.count()).isLessThan(100_000);
    }

    /** Nothing of an object that is not looked at is kept, so what is read of it may be without end. */
    @ParameterizedTest
    @ValueSource(
            strings = {"{%s, \"rows\": [{\"other\": {", "{\"rows\": [{", "{\"label\": {", "{\"unknown\": {\"a\": {"})
    void an_object_that_is_skipped_leaves_nothing_behind(String start) {
        long before = allocatedAndKept();
        GeneratedBody body =
                new GeneratedBody(start.replace("%s", DESCRIPTION), i -> i < 1_000_000 ? "\"m" + i + "\":0," : "!");

        ProblemException problem = Audits.refusal(body.request());

        assertThat(problem.status()).isEqualTo(400);
        assertThat(body.heldAtTheEnd() - before).isLessThan(24L << 20);
    }

    private static long allocatedAndKept() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    @Test
    void rows_before_the_description_are_refused_in_a_body_that_grows_too_long_after_them() {
        String csv = "{\"rows\": [{\"gender\": \"Male\", \"decision\": \"yes\"}], " + DESCRIPTION + " ".repeat(3 << 20)
                + "}";

        assertInvalid(Audits.refusal(FakeRequest.json(csv)), "/rows", "whose rows do not come last");
    }

    @Test
    void a_problem_of_the_stream_passes_unchanged() {
        ProblemException tooLarge = ProblemException.of(413, "payload-too-large", "Payload too large", "too much");
        InputStream body = new InputStream() {
            @Override
            public int read() {
                throw tooLarge;
            }
        };

        assertThat(Audits.refusal(new FakeRequest(Map.of("content-type", "application/json"), List.of(), body)))
                .isSameAs(tooLarge);
    }

    /** A body whose parts are made when they are read. */
    private static final class GeneratedBody extends InputStream {
        private final IntFunction<String> parts;
        private byte[] part;
        private int position;
        private int made;
        private int count;
        private long held;

        GeneratedBody(String start, IntFunction<String> parts) {
            this.part = start.getBytes(UTF_8);
            this.parts = parts;
        }

        FakeRequest request() {
            return new FakeRequest(Map.of("content-type", "application/json"), List.of(), this);
        }

        @Override
        public int read() {
            if (position == part.length) {
                part = parts.apply(made).getBytes(UTF_8);
                position = 0;
                made++;
                if (part.length == 1) {
                    held = allocatedAndKept();
                }
            }
            count++;
            return part[position++];
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            int read = 0;
            while (read < length && held == 0) {
                buffer[offset + read] = (byte) read();
                read++;
            }
            return read == 0 ? -1 : read;
        }

        int count() {
            return count;
        }

        long heldAtTheEnd() {
            return held;
        }
    }

    private static final class EndlessRows extends InputStream {
        private final byte[] start;
        private int read;

        EndlessRows(String start) {
            this.start = start.getBytes(UTF_8);
        }

        @Override
        public int read() {
            int next = read < start.length ? start[read] : ' ';
            read++;
            return next;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            for (int i = 0; i < length; i++) {
                buffer[offset + i] = (byte) read();
            }
            return length;
        }

        int count() {
            return read;
        }
    }
}
