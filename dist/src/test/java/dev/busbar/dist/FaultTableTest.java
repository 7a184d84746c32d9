package dev.busbar.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Compares docs/faults.md with the tests it names: a fault is held by a test that exists. */
class FaultTableTest {
    private static final Path DOCUMENT = Repository.ROOT.resolve("docs/faults.md");
    private static final Set<String> SEEN = Set.of("before", "without", "in part", "held", "not seen");

    @Test
    void every_fault_names_tests_that_exist() throws IOException {
        NamedTests tests = NamedTests.read();
        List<String> wrong = new ArrayList<>();
        for (List<String> cells : MarkdownTable.allRows(DOCUMENT, "fault")) {
            String fault = cells.get(0);
            if (cells.size() != 4) {
                wrong.add(fault + ": " + cells.size() + " cells");
                continue;
            }
            if (MarkdownTable.code(cells.get(2)).isEmpty()) {
                wrong.add(fault + ": no test");
            }
            if (!SEEN.contains(cells.get(3))) {
                wrong.add(fault + ": seen failing \"" + cells.get(3) + "\"");
            }
            tests.missing(cells.get(2)).forEach(name -> wrong.add(fault + ": " + name));
        }

        assertThat(wrong).isEmpty();
    }
}
