package dev.busbar.host.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Compares the catalogue with its documentation. */
final class CatalogueDocsTest {
    private static final Path DOCUMENT = Path.of("../docs/plugin-lifecycle.md");
    private static final String HEADING = "## Catalogue of invalid plugins";

    private static List<String> documented() throws IOException {
        String text = Files.readString(DOCUMENT);
        assertThat(text).contains(HEADING);
        return text.substring(text.indexOf(HEADING) + HEADING.length())
                .lines()
                .takeWhile(line -> !line.startsWith("## "))
                .filter(line -> line.startsWith("| `"))
                .toList();
    }

    private static String row(BadPlugin bad) {
        return "| `" + bad.name() + "` | " + bad.about() + " | `" + bad.state() + "` | " + bad.host() + " |";
    }

    @Test
    void the_table_matches_the_folders() throws IOException {
        assertThat(documented())
                .containsExactlyElementsOf(
                        BadPlugin.all().stream().map(CatalogueDocsTest::row).toList());
    }

    @Test
    void every_case_has_a_known_kind() {
        assertThat(BadPlugin.all())
                .extracting(BadPlugin::kind)
                .isSubsetOf("file", "start", "call", "good", "close", "leak", "wait", "death")
                .hasSizeGreaterThan(40);
    }

    @Test
    void a_folder_builds_the_same_jar_each_time() {
        BadPlugin bad = BadPlugin.named("start-throws-what-throws");

        assertThat(Arrays.equals(bad.jar(), bad.jar())).isTrue();
    }
}
