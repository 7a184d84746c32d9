package dev.busbar.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.ProblemException.Violation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemsTest {
    private static final String ODD = "\"quoted\" \\ \u0000\u001f\n \u00e9 \u2028 \ud83d\ude80";

    @Test
    void a_document_has_its_members_in_order() {
        ProblemException problem = ProblemException.conflict("twice").with("id", "7");

        assertThat(new String(Problems.encode(problem, "/a", "request-1"), StandardCharsets.UTF_8))
                .isEqualTo("{\"type\":\"urn:busbar:problem:conflict\",\"title\":\"Conflict\",\"status\":409,"
                        + "\"detail\":\"twice\",\"instance\":\"/a\",\"correlationId\":\"request-1\",\"id\":\"7\"}");
    }

    @Test
    void whatever_a_text_holds_is_read_as_it_was() throws IOException {
        ProblemException problem = ProblemException.invalid(
                        ODD, List.of(Violation.of("/a", ODD), Violation.of("/b", "c")))
                .with(ODD, ODD);

        JsonNode read = new ObjectMapper().readTree(Problems.encode(problem, ODD, "request-1"));

        assertThat(read.path("detail").asText()).isEqualTo(ODD);
        assertThat(read.path("instance").asText()).isEqualTo(ODD);
        assertThat(read.path(ODD).asText()).isEqualTo(ODD);
        assertThat(read.at("/errors/0/detail").asText()).isEqualTo(ODD);
        assertThat(read.at("/errors/1/pointer").asText()).isEqualTo("/b");
    }

    @Test
    void half_a_character_is_no_fault_of_the_host() throws IOException {
        byte[] document = Problems.encode(ProblemException.badRequest("\ud800 alone"), "", "request-1");

        assertThat(new ObjectMapper().readTree(document).path("detail").asText())
                .isEqualTo("? alone");
    }

    @Test
    void a_type_that_is_registered_is_named_as_it_is_registered_and_any_other_is_ours() {
        assertThat(encoded(ProblemException.of(429, "quota-exceeded", "Quota exceeded", "none left")))
                .startsWith("{\"type\":\"https://iana.org/assignments/http-problem-types#quota-exceeded\",");
        assertThat(encoded(ProblemException.notFound("gone")))
                .startsWith("{\"type\":\"urn:busbar:problem:not-found\",");
    }

    @Test
    void further_members_are_texts_and_arrays_of_texts() {
        ProblemException problem = ProblemException.conflict("no")
                .with("plain", "a\"b")
                .with("some", List.of("a", "b\"c"))
                .with("none", List.of());

        assertThat(encoded(problem))
                .endsWith("\"correlationId\":\"c-1\",\"plain\":\"a\\\"b\",\"some\":[\"a\",\"b\\\"c\"],\"none\":[]}");
    }

    private static String encoded(ProblemException problem) {
        return new String(Problems.encode(problem, "/x", "c-1"), StandardCharsets.UTF_8);
    }
}
