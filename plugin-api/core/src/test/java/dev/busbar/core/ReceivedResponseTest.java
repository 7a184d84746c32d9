package dev.busbar.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.busbar.plugin.PlatformResponse;
import dev.busbar.plugin.ProblemException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What another platform answered, as the one that called reads it. */
final class ReceivedResponseTest {
    private static final JsonCodec JSON = new JsonCodec(ReceivedResponseTest.class.getClassLoader());

    /** A type that knows less than what is sent. */
    public record Bill(String owner) {}

    private static PlatformResponse answer(int status, String body) {
        return new ReceivedResponse(status, Map.of("retry-after", "7"), body.getBytes(UTF_8), JSON);
    }

    private static ProblemException thrown(PlatformResponse response) {
        try {
            response.orThrow();
        } catch (ProblemException problem) {
            return problem;
        }
        throw new AssertionError("nothing was thrown for " + response);
    }

    @Test
    void what_the_type_does_not_know_is_left_out() {
        assertThat(answer(200, "{\"owner\":\"ada\",\"due\":[1,{}]}").orThrow().json(Bill.class))
                .isEqualTo(new Bill("ada"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "{\"owner\":{}}"})
    void what_cannot_be_read_is_a_fault_of_the_other_side(String body) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> answer(200, body).json(Bill.class))
                .satisfies(problem -> assertThat(problem.status()).isEqualTo(502));
    }

    @Test
    void a_problem_is_passed_on_with_what_a_client_may_act_on() {
        ProblemException sent = ProblemException.of(503, "platform-overloaded", "Platform overloaded", "busy")
                .with("platform", "turbo");
        ProblemException read = thrown(answer(503, new String(Problems.encode(sent, "/api/turbo/x", "id"), UTF_8)));

        assertThat(read.status()).isEqualTo(503);
        assertThat(read.name()).isEqualTo("platform-overloaded");
        assertThat(read.title()).isEqualTo("Platform overloaded");
        assertThat(read.detail()).isEqualTo("busy");
        assertThat(read.members()).isEqualTo(Map.of("platform", "turbo"));
        assertThat(read.headers()).isEqualTo(Map.of("Retry-After", "7"));
    }

    @Test
    void a_problem_of_a_registered_type_keeps_its_name_and_its_arrays() {
        ProblemException sent = ProblemException.of(429, "quota-exceeded", "Quota exceeded", "none left")
                .with("violated-policies", List.of("daily", "rate"));
        ProblemException read = thrown(answer(429, new String(Problems.encode(sent, "/api/turbo/x", "id"), UTF_8)));

        assertThat(read.name()).isEqualTo("quota-exceeded");
        assertThat(read.lists()).isEqualTo(Map.of("violated-policies", List.of("daily", "rate")));
    }

    @Test
    void an_array_of_anything_else_is_left_out() {
        ProblemException read = thrown(
                answer(500, "{\"type\":\"urn:busbar:problem:odd\",\"status\":500,\"a\":[\"x\",[1],{}],\"b\":[\"y\"]}"));

        assertThat(read.name()).isEqualTo("odd");
        assertThat(read.lists()).isEqualTo(Map.of("b", List.of("y")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"status\":500,\"a\":[\"b\"",
                "no",
                "[]",
                "{\"status\":404}",
                "{\"status\":\"500\"}",
                "{\"status\":99999999999}",
                "{\"status\":500,\"type\":\"urn:busbar:problem:NO WAY\"}",
                "{\"status\":500,\"a\":{\"b\":[1]}"
            })
    void what_is_no_problem_document_of_that_status_becomes_one(String body) {
        ProblemException read = thrown(answer(500, body));

        assertThat(read.status()).isEqualTo(500);
        assertThat(read.name()).isEqualTo("platform-failed");
    }

    @ParameterizedTest
    @CsvSource({
        "404, 404, not-found",
        "409, 409, conflict",
        "504, 504, platform-timeout",
        "418, 502, platform-call-failed",
        "401, 502, platform-call-failed"
    })
    void a_status_without_a_document_becomes_the_general_problem_of_that_status(int sent, int status, String name) {
        ProblemException read = thrown(answer(sent, "no document"));

        assertThat(read.status()).isEqualTo(status);
        assertThat(read.name()).isEqualTo(name);
    }

    @Test
    void a_type_of_the_catalogue_is_believed_with_its_own_status_and_title_only() {
        ProblemException read = thrown(answer(
                409, "{\"type\":\"urn:busbar:problem:not-found\",\"title\":\"Lost\",\"status\":409,\"detail\":\"x\"}"));

        assertThat(read.name()).isEqualTo("conflict");
        assertThat(read.title()).isEqualTo("Conflict");
        assertThat(read.detail()).isEqualTo("x");
    }

    @Test
    void a_redirection_is_nothing_that_a_platform_follows() {
        assertThat(thrown(answer(302, "")).status()).isEqualTo(502);
        assertThat(answer(302, "").isSuccess()).isFalse();
    }

    @Test
    void fields_are_found_without_case_and_bytes_are_a_copy() {
        PlatformResponse response = answer(200, "abc");
        response.bytes()[0] = 'z';

        assertThat(response.header("Retry-After")).contains("7");
        assertThat(response.header("none")).isEmpty();
        assertThat(response.bytes()).isEqualTo("abc".getBytes(UTF_8));
    }
}
