package dev.busbar.dist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the directory from which the archive is built. */
class PackagingIT {
    private static final Path HOME = Path.of("target/busbar");
    private static final String LENT = "(dev/busbar/plugin|dev/busbar/host|org/pf4j|org/slf4j|org/jspecify)/.*";
    private static final String FOR_TESTS =
            "(junit|opentest4j|assertj|hamcrest|awaitility|archunit|embedded-).*|.*-tests\\.jar";

    @ParameterizedTest
    @ValueSource(strings = {"hello", "turbo"})
    void a_platform_has_a_complete_manifest(String id) throws IOException {
        try (JarFile jar = platform(id)) {
            Attributes manifest = jar.getManifest().getMainAttributes();

            assertThat(manifest.getValue("Plugin-Id")).isEqualTo(id);
            assertThat(manifest.getValue("Plugin-Version")).matches("\\d+\\.\\d+\\.\\d+(-[0-9A-Za-z.-]+)?");
            assertThat(manifest.getValue("Plugin-Requires")).isEqualTo(">=0.1.0 & <1.0.0");
            assertThat(manifest.getValue("Plugin-Provider")).isNotBlank();
            assertThat(manifest.getValue("Plugin-Description")).isNotBlank();
            assertThat(manifest.getValue("Plugin-License")).isEqualTo("Apache-2.0");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "turbo"})
    void a_platform_has_one_extension(String id) throws IOException {
        try (JarFile jar = platform(id);
                InputStream index = jar.getInputStream(new ZipEntry("META-INF/extensions.idx"))) {
            assertThat(index).as("extension index").isNotNull();

            List<String> extensions = new String(index.readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();

            assertThat(extensions).hasSize(1);
            assertThat(jar.getEntry(extensions.get(0).replace('.', '/') + ".class"))
                    .isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "turbo"})
    void a_platform_bundles_nothing_that_the_host_exports(String id) throws IOException {
        try (JarFile jar = platform(id)) {
            List<String> names = jar.stream().map(ZipEntry::getName).toList();

            assertThat(names).anyMatch(name -> name.startsWith("dev/busbar/" + id + "/"));
            assertThat(names).noneMatch(name -> name.matches(LENT));
        }
    }

    @Test
    void turbo_bundles_its_own_libraries() throws IOException {
        try (JarFile jar = platform("turbo")) {
            assertThat(jar.stream().map(ZipEntry::getName)).anyMatch(name -> name.startsWith("de/siegmar/fastcsv/"));
        }
    }

    @Test
    void the_lib_directory_has_only_libraries_of_the_host() throws IOException {
        List<String> libraries = names("lib");

        assertThat(libraries).anyMatch(name -> name.startsWith("host-"));
        assertThat(libraries).anyMatch(name -> name.startsWith("plugin-api-"));
        assertThat(libraries).noneMatch(name -> name.matches("(hello|turbo|fastcsv)-.*"));
        assertThat(libraries).noneMatch(name -> name.matches(FOR_TESTS));
    }

    @Test
    void the_directory_is_complete() throws IOException {
        assertThat(HOME.resolve("bin/busbar")).isExecutable();
        assertThat(HOME.resolve("conf/busbar.yaml")).isRegularFile();
        assertThat(HOME.resolve("samples/berkeley-1973.csv")).isRegularFile();
        assertThat(HOME.resolve("LICENSE")).isRegularFile();
        assertThat(names("platforms")).hasSize(3).contains("SHA256SUMS");
    }

    @Test
    void the_list_of_digests_has_the_bundled_platforms() throws Exception {
        List<String> wanted = new ArrayList<>();
        for (String name : names("platforms").stream()
                .filter(name -> name.endsWith(".jar"))
                .sorted()
                .toList()) {
            byte[] jar = Files.readAllBytes(HOME.resolve("platforms").resolve(name));
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(jar);
            wanted.add(HexFormat.of().formatHex(digest) + " *" + name);
        }

        assertThat(Files.readAllLines(HOME.resolve("platforms/SHA256SUMS")))
                .isNotEmpty()
                .containsExactlyElementsOf(wanted);
    }

    @Test
    void the_start_script_opens_the_packages_the_host_inspects() throws IOException {
        String script = Files.readString(HOME.resolve("bin/busbar"));

        List<String> opened = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-opens="))
                .toList();

        assertThat(opened).as("options of the host's tests").hasSizeGreaterThan(5);
        assertThat(script).contains(opened);
    }

    @Test
    void the_sample_has_the_published_counts() throws IOException {
        List<String> lines = Files.readAllLines(HOME.resolve("samples/berkeley-1973.csv"));

        int applicants = lines.stream()
                .skip(1)
                .mapToInt(line -> Integer.parseInt(line.split(",")[3]))
                .sum();

        assertThat(lines.get(0)).isEqualTo("department,gender,decision,count");
        assertThat(lines).hasSize(1 + 24);
        assertThat(applicants).isEqualTo(4526);
    }

    private static JarFile platform(String id) throws IOException {
        List<String> jars = names("platforms").stream()
                .filter(name -> name.startsWith(id + "-"))
                .toList();
        assertThat(jars).as("jars of " + id).hasSize(1);
        return new JarFile(HOME.resolve("platforms").resolve(jars.get(0)).toFile());
    }

    private static List<String> names(String folder) throws IOException {
        try (Stream<Path> files = Files.list(HOME.resolve(folder))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
