package dev.busbar.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares docs/security-cases.md with the tests it names: only an existing test covers a case. */
class SecurityCasesTest {
    private static final Path DOCUMENT = Repository.ROOT.resolve("docs/security-cases.md");
    private static final List<String> WANTED = Stream.of(IntStream.rangeClosed(1, 70), IntStream.rangeClosed(87, 93))
            .flatMap(numbers -> numbers.mapToObj(Integer::toString))
            .toList();

    @Test
    void every_case_has_a_row() throws IOException {
        assertThat(rows().stream().map(cells -> cells.get(0))).containsExactlyElementsOf(WANTED);
    }

    @Test
    void every_row_names_a_test_or_a_reason_for_none() throws IOException {
        List<String> empty = rows().stream()
                .filter(cells -> MarkdownTable.code(cells.get(3)).isEmpty()
                        && !cells.get(3).startsWith("not applicable: "))
                .map(cells -> cells.get(0))
                .toList();

        assertThat(empty).isEmpty();
    }

    @Test
    void every_named_test_exists() throws IOException {
        Map<String, String> sources = tests();
        List<String> missing = new ArrayList<>();
        for (List<String> cells : rows()) {
            for (String name : MarkdownTable.code(cells.get(3))) {
                String[] parts = name.split("\\.", 2);
                String source = sources.getOrDefault(parts[0], "");
                boolean found = parts.length == 1 ? !source.isEmpty() : source.contains(" void " + parts[1] + "(");
                if (!found) {
                    missing.add("case " + cells.get(0) + ": " + name);
                }
            }
        }

        assertThat(missing).isEmpty();
    }

    private static List<List<String>> rows() throws IOException {
        return MarkdownTable.rows(DOCUMENT, "case");
    }

    /** The sources of all test classes by their names. */
    private static Map<String, String> tests() throws IOException {
        Map<String, String> sources = new HashMap<>();
        for (Path source : Repository.sources()) {
            String name = source.getFileName().toString().replace(".java", "");
            if (name.endsWith("Test") || name.endsWith("IT")) {
                sources.merge(name, Files.readString(source), String::concat); // some names occur in several modules
            }
        }
        assertThat(sources).hasSizeGreaterThan(60);
        return sources;
    }
}
