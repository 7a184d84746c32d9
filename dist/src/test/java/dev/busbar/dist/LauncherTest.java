package dev.busbar.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script that starts the product, with a stub for Java. */
final class LauncherTest {
    @TempDir
    private Path folder;

    private String started(String name, String value) throws Exception {
        Path java = Files.createDirectories(folder.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\nprintf '%s' \"${LC_ALL:-none}\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
        ProcessBuilder builder = new ProcessBuilder(
                "sh", Repository.ROOT.resolve("dist/src/main/bin/busbar").toString(), "serve");
        builder.environment().keySet().removeIf(key -> key.startsWith("LC_") || key.equals("LANG"));
        builder.environment().put("JAVA_HOME", folder.toString());
        builder.environment().put(name, value);
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @ParameterizedTest
    @CsvSource({
        "LC_ALL, C, C.UTF-8",
        "LANG, POSIX, C.UTF-8",
        "OTHER, none, C.UTF-8",
        "LANG, de_DE.UTF-8, none",
        "LC_ALL, de_DE.ISO-8859-1, de_DE.ISO-8859-1"
    })
    void java_gets_a_locale_in_which_files_have_names_of_any_letters(String name, String value, String expected)
            throws Exception {
        assertThat(started(name, value)).isEqualTo(expected);
    }
}
