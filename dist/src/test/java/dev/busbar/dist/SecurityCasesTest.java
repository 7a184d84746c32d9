package dev.busbar.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares docs/security-cases.md with the tests it names: only an existing test covers a case. */
class SecurityCasesTest {
    private static final Path DOCUMENT = Repository.ROOT.resolve("docs/security-cases.md");
    private static final List<String> WANTED = Stream.of(
                    IntStream.rangeClosed(1, 70), IntStream.rangeClosed(87, 93), IntStream.of(100))
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
        NamedTests tests = NamedTests.read();
        List<String> missing = new ArrayList<>();
        for (List<String> cells : rows()) {
            tests.missing(cells.get(3)).forEach(name -> missing.add("case " + cells.get(0) + ": " + name));
        }

        assertThat(missing).isEmpty();
    }

    private static List<List<String>> rows() throws IOException {
        return MarkdownTable.rows(DOCUMENT, "case");
    }
}
