package dev.busbar.turbo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds files that tests read. */
final class Folders {
    private Folders() {}

    /**
     * A file of the data sets beside the repository, or in the folder that {@code BUSBAR_TEST_DATA} names
     * (environment variable or system property). A checkout without that folder skips the test, and proves the same rules
     * in {@link PublishedTablesTest}; where the folder is, a missing file is a failure.
     */
    static Path testData(String name) {
        Path folder = testDataFolder();
        assumeTrue(Files.isDirectory(folder), () -> "skipped, because there is no test data: " + folder);
        Path file = folder.resolve(name);
        assertThat(file).exists();
        return file;
    }

    /** A file that ships with the host. */
    static InputStream sample(String name) throws IOException {
        return Files.newInputStream(root().resolve("dist/src/main/samples").resolve(name));
    }

    private static Path testDataFolder() {
        return Optional.ofNullable(System.getProperty("BUSBAR_TEST_DATA"))
                .or(() -> Optional.ofNullable(System.getenv("BUSBAR_TEST_DATA")))
                .map(Path::of)
                .orElseGet(() -> root().resolveSibling("shared").resolve("data"));
    }

    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("mvnw")) && folder.getParent() != null) {
            folder = folder.getParent();
        }
        return folder;
    }
}
