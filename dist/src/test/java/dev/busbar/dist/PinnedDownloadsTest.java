package dev.busbar.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
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

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new IllegalStateException(file.toString(), e);
        }
    }
}
