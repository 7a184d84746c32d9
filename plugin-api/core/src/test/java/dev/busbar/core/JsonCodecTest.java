package dev.busbar.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.busbar.plugin.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonCodecTest {
    private final JsonCodec codec = new JsonCodec(JsonCodecTest.class.getClassLoader());

    enum Kind {
        GOOD,
        BAD
    }

    record Item(String name, int count, Kind kind) {}

    record Order(String owner, List<Item> items, Optional<LocalDate> due) {}

    record Strict(String name) {
        Strict {
            Objects.requireNonNull(name, "name");
            if (name.isBlank()) {
                throw new IllegalArgumentException("name is blank");
            }
            if (name.equals("taken")) {
                throw ProblemException.conflict("taken already");
            }
            if (name.equals("odd")) {
                throw new IllegalArgumentException();
            }
            if (name.equals("broken")) {
                throw new IllegalStateException("secret");
            }
        }
    }

    record Holder(List<Strict> list) {}

    record Times(Instant at, Duration took, LocalDate day, Optional<String> none, BigDecimal amount) {}

    record Numbers(
            double primitive,
            Double boxed,
            float small,
            Float boxedSmall,
            double[] many,
            float[] few,
            List<Object> list) {}

    /** JSON has neither NaN nor infinity, and the OpenAPI document says number. */
    @Test
    void a_number_that_json_cannot_carry_is_null_and_never_a_text() {
        Numbers odd = new Numbers(
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Float.NEGATIVE_INFINITY,
                Float.NaN,
                new double[] {1.5, Double.NaN},
                new float[] {Float.NaN, 0.1f},
                List.of(Double.NEGATIVE_INFINITY, 2.5, 0.1f, Map.of("a", Double.NaN)));

        assertThat(new String(codec.encode(odd), UTF_8))
                .isEqualTo("{\"primitive\":null,\"boxed\":null,\"small\":null,\"boxedSmall\":null,\"many\":[1.5,null],"
                        + "\"few\":[null,0.1],\"list\":[null,2.5,0.1,{\"a\":null}]}");
    }

    record Amounts(double primitive, Double boxed, Float small) {}

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"primitive\":\"NaN\",\"boxed\":1,\"small\":1}         | /primitive",
                "{\"primitive\":1,\"boxed\":\"Infinity\",\"small\":1}    | /boxed",
                "{\"primitive\":1,\"boxed\":1,\"small\":\"-INF\"}        | /small",
                "{\"primitive\":\"1.5\",\"boxed\":1,\"small\":1}         | /primitive",
                "{\"primitive\":1e999,\"boxed\":1,\"small\":1}           | /primitive",
                "{\"primitive\":1,\"boxed\":-1e999,\"small\":1}          | /boxed",
                "{\"primitive\":1,\"boxed\":1,\"small\":1e99}            | /small",
                "{\"primitive\":null,\"boxed\":1,\"small\":1}            | /primitive"
            })
    void what_is_no_number_is_never_read_as_one(String json, String pointer) {
        ProblemException problem = refusal(json, Amounts.class);

        assertThat(problem.status()).isEqualTo(422);
        assertThat(problem.violations())
                .extracting(ProblemException.Violation::pointer)
                .containsExactly(pointer);
    }

    @Test
    void numbers_of_any_form_and_null_where_it_may_be_are_read() throws IOException {
        byte[] json = "{\"primitive\":1,\"boxed\":null,\"small\":-2.5e1}".getBytes(UTF_8);

        assertThat(codec.decode(new ByteArrayInputStream(json), Amounts.class)).isEqualTo(new Amounts(1, null, -25f));
    }

    interface Abstract {}

    private <T> T decode(String json, Class<T> type) throws IOException {
        return codec.decode(new ByteArrayInputStream(json.getBytes(UTF_8)), type);
    }

    private ProblemException refusal(String json, Class<?> type) {
        return refusal(json.getBytes(UTF_8), type);
    }

    private ProblemException refusal(byte[] json, Class<?> type) {
        Throwable thrown = catchThrowable(() -> codec.decode(new ByteArrayInputStream(json), type));
        assertThat(thrown).isInstanceOf(ProblemException.class);
        ProblemException problem = (ProblemException) thrown;
        assertThat(problem.detail())
                .doesNotContain("dev.busbar")
                .doesNotContain("java.")
                .doesNotContain("jackson")
                .doesNotContain("JsonCodecTest")
                .doesNotContain("Source:");
        return problem;
    }

    @Test
    void values_are_written_as_people_expect_and_read_back() throws IOException {
        Times times = new Times(
                Instant.parse("2026-01-02T03:04:05Z"),
                Duration.ofSeconds(90),
                LocalDate.of(2026, 1, 2),
                Optional.empty(),
                new BigDecimal("0.10"));

        String json = new String(codec.encode(times), UTF_8);

        assertThat(json).contains("\"2026-01-02T03:04:05Z\"", "\"PT1M30S\"", "\"2026-01-02\"", "\"none\":null", "0.10");
        assertThat(decode(json, Times.class)).isEqualTo(times);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|1|0",
                "'   '|1|3",
                "{|1|2",
                "{\"owner\"|1|9",
                "{\"owner\": \"a|1|",
                "{\"owner\":\"a\",\"items\":[{\"name\":\"x\"|1|",
                "{\"owner\":\"a\",\"items\":[{\"name\":\"x\",\"count\":tru|1|",
                "{\"owner\": nope}|1|15",
                "{'a':1}|1|",
                "{\"owner\":\"a\",}|1|",
                "{\"owner\":\"a\"} x|1|",
                "{\"owner\":\"a\"}{}|1|",
                "{\"owner\":01}|1|",
                "{\"owner\":NaN}|1|",
                "// comment|1|",
            })
    void malformed_json_is_400_with_line_and_column(String json, int line, Integer column) {
        ProblemException problem = refusal(json, Order.class);

        assertThat(problem.status()).as(problem.detail()).isEqualTo(400);
        assertThat(problem.detail()).matches("malformed JSON at line " + line + ", column \\d+: .+");
    }

    @Test
    void the_line_is_the_one_of_the_mistake() {
        assertThat(refusal("{\n  \"owner\": \"a\",\n  \"items\": [}\n}", Order.class)
                        .detail())
                .contains("line 3, column 13");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"owner\":\"a\",\"owner\":\"b\"}",
                "{\"owner\":\"a\",\"items\":[{\"name\":\"a\",\"name\":\"b\"}]}"
            })
    void duplicate_members_are_400(String json) {
        ProblemException problem = refusal(json, Order.class);

        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.detail()).containsIgnoringCase("duplicate");
    }

    @Test
    void a_bomb_is_400_wherever_it_goes_off() {
        String deep = "[".repeat(100_000);
        String number = "9".repeat(5_000);

        assertThat(refusal(deep, Object.class).status()).isEqualTo(400);
        assertThat(refusal("{\"owner\":" + deep, Order.class).status()).isIn(400, 422);
        assertThat(refusal("{\"owner\":\"a\",\"items\":" + deep, Order.class).status())
                .isIn(400, 422);
        assertThat(refusal("{\"any\":" + deep, Map.class).status()).isEqualTo(400);
        assertThat(refusal(number, Object.class).status()).isEqualTo(400);
        assertThat(refusal("{\"amount\":" + number + "}", Times.class).status()).isEqualTo(400);
        assertThat(refusal("{\"any\":[" + number + "]}", Map.class).status()).isEqualTo(400);
    }

    @Test
    void octets_that_are_no_text_are_400() {
        assertThat(refusal(new byte[] {'"', (byte) 0xff, '"'}, String.class).status())
                .isEqualTo(400);
        assertThat(refusal(new byte[] {'{', '"', (byte) 0xc0, (byte) 0xae, '"'}, Order.class)
                        .status())
                .isEqualTo(400);
        assertThat(refusal(new byte[] {0, 0, 0, '"', 0x7f, 0, 0, 0, 0, 0, 0, '"'}, String.class)
                        .status())
                .isEqualTo(400);
        assertThat(refusal(new byte[] {0, 0, 0}, String.class).status()).isEqualTo(400);
    }

    @Test
    void a_number_or_truth_value_where_text_is_expected_is_taken_as_it_is_written() throws IOException {
        assertThat(decode("{\"owner\":1.50}", Order.class).owner()).isEqualTo("1.50");
        assertThat(decode("{\"owner\":true}", Order.class).owner()).isEqualTo("true");
    }

    @Test
    void other_unicode_encodings_are_read() throws IOException {
        byte[] utf16 = "\"é\"".getBytes(StandardCharsets.UTF_16BE);

        assertThat(codec.decode(new ByteArrayInputStream(utf16), String.class)).isEqualTo("é");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"other\":1}|/other|unknown member \"other\"",
                "{\"owner\":\"a\",\"items\":[{\"name\":\"x\",\"count\":1,\"nope\":1}]}|/items/0/nope|expected: one of",
                "{\"owner\":[]}|/owner|does not fit",
                "{\"owner\":\"a\",\"items\":{}}|/items|does not fit",
                "{\"owner\":\"a\",\"items\":[{\"count\":\"1\"}]}|/items/0/count|does not fit",
                "{\"owner\":\"a\",\"items\":[{\"count\":1.5}]}|/items/0/count|does not fit",
                "{\"owner\":\"a\",\"items\":[{\"count\":null}]}|/items/0/count|does not fit",
                "{\"owner\":\"a\",\"items\":[{\"count\":99999999999}]}|/items/0/count|does not fit",
                "{\"owner\":\"a\",\"items\":[{\"kind\":\"UGLY\"}]}|/items/0/kind|does not fit",
                "{\"owner\":\"a\",\"due\":\"tomorrow\"}|/due|does not fit",
                "{\"a/b~c\":1}|/a~1b~0c|unknown member",
                "[]||does not fit",
                "7||does not fit",
                "null||expected: a value",
            })
    void what_does_not_fit_is_422_with_a_pointer(String json, String pointer, String detail) {
        ProblemException problem = refusal(json, Order.class);

        assertThat(problem.status()).as(problem.detail()).isEqualTo(422);
        assertThat(problem.name()).isEqualTo("validation-failed");
        assertThat(problem.violations()).singleElement().satisfies(violation -> {
            assertThat(violation.pointer()).isEqualTo(pointer == null ? "" : pointer);
            assertThat(violation.detail()).contains(detail);
        });
    }

    @Test
    void what_a_constructor_refuses_is_422_in_its_own_words() {
        assertThat(refusal("{\"name\":\"\"}", Strict.class).detail()).isEqualTo("name is blank");
        assertThat(refusal("{\"name\":\"odd\"}", Strict.class).detail()).isEqualTo("does not fit");
        assertThat(refusal("{}", Strict.class).detail()).isEqualTo("a required member is missing");
        assertThat(refusal("{\"list\":[{\"name\":\"a\"},{\"name\":\" \"}]}", Holder.class)
                        .violations())
                .singleElement()
                .extracting(ProblemException.Violation::pointer)
                .isEqualTo("/list/1");
    }

    @Test
    void a_constructor_may_choose_the_problem_and_a_fault_of_its_own_is_not_told() {
        assertThat(refusal("{\"name\":\"taken\"}", Strict.class).status()).isEqualTo(409);
        assertThat(refusal("{\"list\":[{\"name\":\"taken\"}]}", Holder.class).status())
                .isEqualTo(409);
        assertThat(refusal("{\"name\":\"broken\"}", Strict.class).detail()).doesNotContain("secret");
    }

    @Test
    void a_problem_of_the_stream_comes_through() {
        InputStream limited = new RequestBody(new ByteArrayInputStream(new byte[100]), 10, () -> false);

        assertThatThrownBy(() -> codec.decode(limited, Order.class))
                .isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.status())
                        .isEqualTo(413));
    }

    @Test
    void a_type_that_cannot_be_read_is_the_plugins_fault() {
        assertThatThrownBy(() -> decode("{}", Abstract.class)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_value_that_cannot_be_written_is_the_plugins_fault() {
        assertThatThrownBy(() -> codec.encode(new Object()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.Object");
    }
}
