package dev.busbar.host.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.config.ConfigurationException.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class YamlFileTest {
    @TempDir
    private Path directory;

    private final List<Fault> faults = new ArrayList<>();

    @Test
    void scalars_are_read_as_they_are_written() {
        Map<String, Setting> settings = read("a: 010\nb: yes\nc: 1.10\nd: 2026-01-01\n");

        assertThat(settings.values())
                .extracting(Setting::text)
                .containsExactlyInAnyOrder("010", "yes", "1.10", "2026-01-01");
        assertThat(faults).isEmpty();
    }

    @Test
    void an_empty_file_sets_nothing() {
        assertThat(read("")).isEmpty();
        assertThat(read("# only a comment\n")).isEmpty();
        assertThat(faults).isEmpty();
    }

    @Test
    void broken_yaml_is_refused_with_its_line() {
        read("a: 1\nb: [1\nc: 2\n");

        assertThat(faults)
                .singleElement()
                .asString()
                .matches("(?s).*x.yaml:3: \\(expected: YAML; expected ',' or ']'.*");
    }

    @Test
    void a_key_that_is_there_twice_is_refused_with_both_lines() {
        read("a: 1\nb: 2\na: 3\n");

        assertThat(faults)
                .singleElement()
                .asString()
                .contains("x.yaml:3: a (expected: each key once; it is also at")
                .endsWith("x.yaml:1)");
    }

    @Test
    void what_is_no_mapping_is_refused() {
        read("just text");
        read("- a\n- b\n");

        assertThat(faults).hasSize(2).allSatisfy(fault -> assertThat(fault.expectation())
                .startsWith("sections and keys"));
    }

    @Test
    void lists_of_more_than_plain_values_are_refused() {
        read("a:\n  - b: 1\n");

        assertThat(faults).singleElement().asString().contains("x.yaml:2: a (expected: a list of plain values)");
    }

    @Test
    void keys_that_are_not_plain_are_refused() {
        read("? [a, b]\n: 1\n");

        assertThat(faults).singleElement().asString().contains("(expected: a plain key)");
    }

    @Test
    void a_mapping_inside_itself_ends() {
        read("a: &a\n  b: *a\n");

        assertThat(faults).singleElement().asString().contains("(expected: at most 8 levels)");
    }

    @Test
    void two_documents_and_other_encodings_are_refused() throws IOException {
        read("a: 1\n---\nb: 2\n");
        Files.write(directory.resolve("x.yaml"), "a: ä".getBytes(StandardCharsets.ISO_8859_1));
        YamlFile.read(directory.resolve("x.yaml"), faults::add);

        assertThat(faults).hasSize(2);
    }

    @Test
    void a_file_that_cannot_be_read_is_refused() {
        YamlFile.read(directory, faults::add);

        assertThat(faults).singleElement().asString().contains("(expected: a readable YAML file; ");
    }

    private Map<String, Setting> read(String text) {
        try {
            Path file = Files.writeString(directory.resolve("x.yaml"), text);
            return YamlFile.read(file, faults::add);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
