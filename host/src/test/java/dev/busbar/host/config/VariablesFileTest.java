package dev.busbar.host.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.config.ConfigurationException.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VariablesFileTest {
    @TempDir
    private Path directory;

    private final List<Fault> faults = new ArrayList<>();

    @Test
    void bare_quoted_and_exported_values_are_read() throws IOException {
        Path file = Files.writeString(directory.resolve(".env"), """
            # comment

            A=1
            export B = two words \s
            C="# not a comment"
            D='a=b'
            E=
            """);

        assertThat(VariablesFile.read(file, faults::add).values())
                .extracting(Setting::text)
                .containsExactly("1", "two words", "# not a comment", "a=b", "");
        assertThat(faults).isEmpty();
    }

    @Test
    void a_line_that_is_no_assignment_is_refused_without_showing_it() throws IOException {
        Path file = Files.writeString(directory.resolve(".env"), "A=1\nhunter2\n");

        VariablesFile.read(file, faults::add);

        assertThat(faults).singleElement().asString().isEqualTo(file + ":2: (expected: NAME=value)");
    }

    @Test
    void a_file_that_is_not_there_sets_nothing_and_one_that_cannot_be_read_is_refused() {
        assertThat(VariablesFile.read(directory.resolve("none"), faults::add)).isEmpty();
        assertThat(faults).isEmpty();

        VariablesFile.read(directory, faults::add);

        assertThat(faults).singleElement().asString().contains("(expected: a readable file of NAME=value lines");
    }
}
