package dev.busbar.turbo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Compares the libraries that are bundled in the jar of this platform with the list of third-party software. */
final class BundledLibrariesTest {
    private static final Pattern ROW =
            Pattern.compile("^\\| `(\\S+\\.jar)` \\|[^|]*\\|[^|]*\\| `([0-9a-f]{64})` \\|$", Pattern.MULTILINE);
    private static final String BUNDLED = "(fastcsv|commons-(statistics|numbers|rng)-.*|jackson-core)-\\d.*\\.jar";

    @Test
    void every_bundled_library_is_listed_with_its_digest() throws Exception {
        Map<String, String> bundled = new TreeMap<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path jar = Path.of(entry);
            if (jar.getFileName().toString().matches(BUNDLED)) {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar));
                bundled.put(jar.getFileName().toString(), HexFormat.of().formatHex(digest));
            }
        }

        assertThat(bundled).hasSizeGreaterThan(3).isEqualTo(listed());
    }

    private static Map<String, String> listed() throws IOException {
        String list = Files.readString(Folders.root().resolve("dist/src/main/third-party/THIRD-PARTY.md"));
        List<MatchResult> rows = ROW.matcher(list.substring(list.indexOf("| bundled jar |")))
                .results()
                .toList();
        Map<String, String> listed = new TreeMap<>();
        rows.forEach(row -> listed.put(row.group(1), row.group(2)));
        return listed;
    }
}
