package dev.busbar.turbo;

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
     * (environment variable or system property). Without it the test is skipped; {@link PublishedTablesTest} runs always.
     */
    static Path testData(String name) {
        Path file = testDataFolder().resolve(name);
        assumeTrue(Files.exists(file), () -> "skipped, because the test data does not exist: " + file);
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
