package dev.busbar.plugin.internal;

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
                        ODD, List.of(new Violation("/a", ODD), new Violation("/b", "c")))
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
}
