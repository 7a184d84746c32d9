package dev.busbar.host.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RenderingTest {
    private static final String HOSTILE =
            "a\r\n\u001b[31m\u202e\u2028\u0085\u007f\ud800 done=\"x\\\ud83d\ude00\udb40\udc41";

    private static Tree tree(String json) throws FailedException {
        return Tree.parse(json.getBytes(UTF_8));
    }

    @Test
    void a_record_is_one_line_in_which_no_text_passes_for_another() throws Exception {
        Map<String, Object> actor = Map.of("id", "", "kind", HOSTILE, "address", "10.0.0.1");
        Tree record = Tree.of(Map.of(
                "node",
                "n1",
                "seq",
                7,
                "at",
                "2026-01-01T00:00:00Z",
                "outcome",
                "DONE",
                "actor",
                actor,
                "action",
                "key.create",
                "target",
                HOSTILE,
                "details",
                Map.of("a=b", "x".repeat(5_000))));

        String line = AuditLine.of(record);

        assertThat(line)
                .startsWith("2026-01-01T00:00:00Z  done  \"\"  key.create  \"a\\u000d\\u000a\\u001b[31m\\u202e\\u2028")
                .contains("  from=10.0.0.1  record=7  node=n1  \"a=b\"=xxx")
                .contains(" done=\\\"x\\\\\ud83d\ude00\\udb40\\udc41\"")
                .hasSizeLessThan(1_200)
                .doesNotContainPattern("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]");
        assertThat(record.json()).doesNotContainPattern("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]");
        assertThat(tree(record.json()).text("target")).isEqualTo(record.text("target"));
    }

    @Test
    void a_record_without_its_members_is_shown_all_the_same() throws Exception {
        assertThat(AuditLine.of(tree("{}"))).isEqualTo("\"\"  \"\"  \"\"  \"\"  \"\"");
        assertThat(AuditLine.of(tree("[1]"))).isEqualTo("\"\"  \"\"  \"\"  \"\"  \"\"");
    }

    @Test
    void columns_are_aligned_by_what_is_seen() {
        assertThat(new Table()
                        .row(List.of("A", "LONGER", "C"))
                        .row(List.of("\ud83d\ude00\ud83d\ude00\ud83d\ude00", "b", ""))
                        .row(List.of("x\ny"))
                        .lines())
                .containsExactly("A         LONGER  C", "\ud83d\ude00\ud83d\ude00\ud83d\ude00       b", "x\\u000ay");
    }

    @Test
    void a_problem_is_one_line_with_all_that_helps() {
        String problem = "{\"type\":\"urn:x\",\"title\":\"Forbidden\",\"status\":403,\"detail\":\"no\\nway\","
                + "\"requiredPermission\":\"host:audit\",\"correlationId\":\"0123-abc\","
                + "\"errors\":[{\"pointer\":\"?limit\",\"detail\":\"it is none\"},{\"pointer\":\"/a\",\"detail\":\"b\"}]}";

        assertThat(ProblemLine.of("http://x", 403, problem.getBytes(UTF_8)))
                .isEqualTo("Forbidden: no\\u000away [?limit it is none; /a b]"
                        + " (403, needs host:audit, correlation id 0123-abc)");
    }

    @Test
    void what_is_no_problem_document_is_told_by_its_status() {
        for (String body : List.of("", "<html>secret</html>", "[]", "null", "{\"title\":{}}", "{\"a\":1}")) {
            assertThat(ProblemLine.of("http://x", 502, body.getBytes(UTF_8)))
                    .isEqualTo("http://x answered 502 without saying why: is that a Busbar?");
        }
    }

    @Test
    void what_is_no_json_is_no_busbar() {
        assertThatThrownBy(() -> tree("<html>"))
                .isInstanceOf(FailedException.class)
                .hasMessageContaining("not JSON");
    }
}
