package dev.busbar.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the build downloads and runs is pinned to its content, not to a name that can be moved. */
class PinnedDownloadsTest {
    @Test
    void the_wrapper_verifies_the_maven_it_downloads() throws IOException {
        Properties wrapper = new Properties();
        try (var in = Files.newInputStream(Repository.ROOT.resolve(".mvn/wrapper/maven-wrapper.properties"))) {
            wrapper.load(in);
        }

        assertThat(wrapper.getProperty("distributionUrl"))
                .startsWith("https://")
                .endsWith("-bin.zip");
        assertThat(wrapper.getProperty("distributionSha256Sum")).matches("[0-9a-f]{64}");
        assertThat(Files.readString(Repository.ROOT.resolve("mvnw"))).contains("distributionSha256Sum");
    }

    @Test
    void every_action_is_pinned_to_a_commit() throws IOException {
        try (Stream<Path> workflows = Files.list(Repository.ROOT.resolve(".github/workflows"))) {
            List<String> uses = workflows
                    .flatMap(PinnedDownloadsTest::lines)
                    .filter(line -> line.contains("uses:"))
                    .map(String::strip)
                    .toList();

            assertThat(uses)
                    .isNotEmpty()
                    .allMatch(line -> line.matches("(- )?uses: [\\w./-]+@[0-9a-f]{40} # v[\\d.]+"));
        }
    }

    /** Maven 3.9 and later compare what they resolve with this list; a library that is packed must not be missing from it. */
    @Test
    void every_packed_library_is_among_the_digests_that_maven_compares() throws IOException {
        Map<String, String> compared = lines(Repository.ROOT.resolve(".mvn/checksums/checksums.sha256"))
                .map(line -> line.split("  "))
                .collect(Collectors.toMap(
                        cells -> cells[1].substring(cells[1].lastIndexOf('/') + 1),
                        cells -> cells[0],
                        (a, b) -> a + b));
        Path list = Repository.ROOT.resolve("dist/src/main/third-party/THIRD-PARTY.md");

        for (String table : List.of("jar", "bundled jar")) {
            for (List<String> cells : MarkdownTable.rows(list, table)) {
                String jar = MarkdownTable.code(cells.get(0)).get(0);
                assertThat(compared)
                        .containsEntry(jar, MarkdownTable.code(cells.get(3)).get(0));
            }
        }
        assertThat(Files.readString(Repository.ROOT.resolve("scripts/maven"))).contains(".mvn/checksums");
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new IllegalStateException(file.toString(), e);
        }
    }
}
