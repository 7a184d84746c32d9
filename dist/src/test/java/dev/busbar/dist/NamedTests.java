package dev.busbar.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The test classes of all modules, to find out whether a test that a document names exists. */
final class NamedTests {
    private final Map<String, String> sources = new HashMap<>();

    private NamedTests() {}

    static NamedTests read() throws IOException {
        NamedTests tests = new NamedTests();
        for (Path source : Repository.sources()) {
            String name = source.getFileName().toString().replace(".java", "");
            if (name.endsWith("Test") || name.endsWith("IT")) {
                // some names occur in several modules
                tests.sources.merge(name, Files.readString(source), String::concat);
            }
        }
        assertThat(tests.sources).hasSizeGreaterThan(60);
        return tests;
    }

    /** The tests named in the code spans of a cell, as {@code SomeTest} or {@code SomeTest.some_method}, that are missing. */
    List<String> missing(String cell) {
        return MarkdownTable.code(cell).stream().filter(name -> !exists(name)).toList();
    }

    private boolean exists(String name) {
        String[] parts = name.split("\\.", 2);
        String source = sources.getOrDefault(parts[0], "");
        return parts.length == 1 ? !source.isEmpty() : source.contains(" void " + parts[1] + "(");
    }
}
