package dev.busbar.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares the libraries in the packed product with the list of third-party software that it ships. */
class ThirdPartyIT {
    private static final Path HOME = Path.of("target/busbar");
    private static final Path LIST = HOME.resolve("THIRD-PARTY.md");
    private static final String OURS = "(core|host|plugin-api)-\\d.*\\.jar";
    private static final int TEXT = 2;
    private static final int DIGEST = 3;

    private static Map<String, String> packed() throws IOException {
        try (Stream<Path> jars = Files.list(HOME.resolve("lib"))) {
            return jars.filter(jar -> !jar.getFileName().toString().matches(OURS))
                    .collect(Collectors.toMap(
                            jar -> jar.getFileName().toString(), ThirdPartyIT::sha256, (a, b) -> a, TreeMap::new));
        }
    }

    private static String sha256(Path file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(file.toString(), e);
        }
    }

    private static String code(List<String> cells, int column) {
        return MarkdownTable.code(cells.get(column)).get(0);
    }

    @Test
    void every_library_is_listed_with_its_digest_and_no_other() throws IOException {
        Map<String, String> listed = MarkdownTable.rows(LIST, "jar").stream()
                .collect(Collectors.toMap(
                        cells -> code(cells, 0), cells -> code(cells, DIGEST), (a, b) -> a, TreeMap::new));

        assertThat(packed())
                .as("libraries and their SHA-256 (listed in dist/src/main/third-party/THIRD-PARTY.md)")
                .isEqualTo(listed);
    }

    @ParameterizedTest
    @CsvSource({"jar, 60", "bundled jar, 5"})
    void every_library_has_a_license_whose_text_is_packed(String table, int least) throws IOException {
        List<List<String>> rows = MarkdownTable.rows(LIST, table);

        assertThat(rows).hasSizeGreaterThan(least);
        assertThat(rows).allSatisfy(cells -> {
            assertThat(cells.get(1)).matches("Apache-2\\.0|MIT|BSD-[23]-Clause|EPL-2\\.0|MPL-2\\.0");
            assertThat(HOME.resolve(code(cells, TEXT))).isNotEmptyFile();
        });
    }

    /** The build of Turbo compares its libraries with the list; here that nothing else is in the jars of platforms. */
    @Test
    void a_platform_bundles_listed_packages_alone() throws IOException {
        String bundled =
                "(com/fasterxml/jackson/core|de/siegmar/fastcsv|org/apache/commons/(numbers|rng|statistics))/.*";
        try (Stream<Path> jars = Files.list(HOME.resolve("platforms"))) {
            for (Path platform :
                    jars.filter(jar -> jar.toString().endsWith(".jar")).toList()) {
                try (JarFile jar = new JarFile(platform.toFile())) {
                    assertThat(jar.stream().map(ZipEntry::getName))
                            .as("%s", platform)
                            .filteredOn(name -> name.endsWith(".class"))
                            .allMatch(name -> name.startsWith("dev/busbar/") || name.matches(bundled));
                }
            }
        }
    }

    /** Javalin and Flyway bring them, and nothing here uses them. */
    @Test
    void libraries_that_nothing_uses_are_not_packed() throws IOException {
        assertThat(packed().keySet())
                .noneMatch(name -> name.matches(
                        ".*(webapp|ee10-annotations|jetty-annotations|-plus-|jndi|jetty-xml|cdi|interceptor|transaction"
                                + "|lang-model|inject|cockroachdb|asm-tree|asm-commons).*"));
    }
}
