package dev.busbar.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares the commands in the documents with the existing programs. */
class DocumentedCommandsTest {
    private static final Pattern COMMAND = Pattern.compile(
            "(?<![\\w/.-])(?:\\./)?(scripts/[\\w-]+|\\.ci/run|(?:[\\w.-]+/)*bin/[\\w-]+|mvnw)(?![\\w/])");

    @Test
    void every_command_in_a_document_exists_and_is_executable() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path document : Repository.documents()) {
            for (String command : commands(document)) {
                if (!Files.isExecutable(program(command))) {
                    broken.add(Repository.ROOT.relativize(document) + ": " + command);
                }
            }
        }

        assertThat(broken)
                .as("commands that do not exist or are not executable")
                .isEmpty();
    }

    @Test
    void the_readme_names_the_two_commands() throws IOException {
        assertThat(commands(Repository.ROOT.resolve("README.md"))).contains("scripts/run", "scripts/test");
    }

    @Test
    void every_script_is_named_in_a_document() throws IOException {
        Set<String> named = new TreeSet<>();
        for (Path document : Repository.documents()) {
            named.addAll(commands(document));
        }

        try (Stream<Path> scripts = Files.list(Repository.ROOT.resolve("scripts"))) {
            assertThat(scripts.map(script -> "scripts/" + script.getFileName()))
                    .isNotEmpty()
                    .isSubsetOf(named);
        }
    }

    private static Path program(String command) {
        int bin = command.indexOf("bin/");
        return Repository.ROOT.resolve(bin < 0 ? command : "dist/src/main/" + command.substring(bin));
    }

    private static Set<String> commands(Path document) throws IOException {
        Set<String> commands = new TreeSet<>();
        boolean fenced = false;
        for (String line : Files.readAllLines(document)) {
            if (line.strip().startsWith("```")) {
                fenced = !fenced;
            } else if (fenced) {
                COMMAND.matcher(line).results().forEach(result -> commands.add(result.group(1)));
            }
        }
        return commands;
    }
}
