package dev.busbar.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.ProblemType;
import dev.busbar.plugin.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds the catalogue of problem types against the sources and against its page. */
final class ProblemCatalogueTest {
    private static final Path PAGE = Repository.ROOT.resolve("docs/problems.md");
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\\n]|\\\\.)*)\"");
    private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*(/?\\*|//).*$");
    private static final Pattern TYPED =
            Pattern.compile("ProblemException\\.of\\(\\s*(\\d+),\\s*\"([a-z0-9-]+)\",\\s*\"([^\"]+)\"");

    /** May spell types: the catalogue, the API beneath it, and the reader of other platforms' problems. */
    private static final Set<String> SPELLERS =
            Set.of("ProblemType.java", "ProblemException.java", "ProblemReader.java");

    private static List<Path> sources(Pattern where) throws IOException {
        List<Path> sources = Repository.sources().stream()
                .filter(file -> where.matcher(Repository.ROOT.relativize(file).toString())
                        .find())
                .filter(file -> !SPELLERS.contains(file.getFileName().toString()))
                .toList();
        assertThat(sources).isNotEmpty();
        return sources;
    }

    private static List<Path> hostSources() throws IOException {
        return sources(Pattern.compile("^(host|plugin-api)/(.+/)?src/main/"));
    }

    @Test
    void a_type_has_one_id_one_status_and_one_title() {
        assertThat(ProblemType.values()).extracting(ProblemType::id).doesNotHaveDuplicates();
        assertThat(ProblemType.values()).extracting(ProblemType::uri).doesNotHaveDuplicates();
        assertThat(ProblemType.values()).allSatisfy(type -> {
            ProblemException problem = type.problem("x");
            assertThat(problem.name()).isEqualTo(type.id());
            assertThat(problem.status()).isEqualTo(type.status()).isBetween(400, 599);
            assertThat(problem.title()).isEqualTo(type.title());
        });
    }

    @Test
    void the_problems_that_plugins_make_by_name_are_those_of_the_catalogue() {
        List<ProblemException> made = List.of(
                ProblemException.badRequest("x"),
                ProblemException.notFound("x"),
                ProblemException.conflict("x"),
                ProblemException.invalid("/x", "x"));

        assertThat(made).allSatisfy(problem -> {
            ProblemType type = ProblemType.of(problem.name()).orElseThrow();
            assertThat(problem.status()).isEqualTo(type.status());
            assertThat(problem.title()).isEqualTo(type.title());
        });
    }

    @Test
    void nothing_beside_the_catalogue_spells_a_type() throws IOException {
        Set<String> ids =
                Arrays.stream(ProblemType.values()).map(ProblemType::id).collect(Collectors.toSet());
        List<String> spelt = new ArrayList<>();
        for (Path file : hostSources()) {
            String text = COMMENT.matcher(Files.readString(file)).replaceAll("");
            LITERAL.matcher(text)
                    .results()
                    .map(found -> found.group(1))
                    .filter(literal -> ids.contains(literal) || literal.contains("urn:busbar:problem"))
                    .forEach(literal -> spelt.add(file.getFileName() + ": " + literal));
            if (text.contains("ProblemException.of(")) {
                spelt.add(file.getFileName() + ": ProblemException.of");
            }
        }

        assertThat(spelt).isEmpty();
    }

    @Test
    void a_platform_that_uses_a_type_of_the_catalogue_keeps_its_status_and_title() throws IOException {
        for (Path file : sources(Pattern.compile("^plugins/.*/src/main/"))) {
            TYPED.matcher(Files.readString(file)).results().forEach(found -> ProblemType.of(found.group(2))
                    .ifPresent(type -> {
                        assertThat(found.group(1)).as(file.toString()).isEqualTo(Integer.toString(type.status()));
                        assertThat(found.group(3)).as(file.toString()).isEqualTo(type.title());
                    }));
        }
    }

    @Test
    void every_type_is_made_somewhere() throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path file : hostSources()) {
            all.append(Files.readString(file));
        }
        Set<String> byName = Set.of("BAD_REQUEST", "NOT_FOUND", "CONFLICT", "VALIDATION_FAILED");

        assertThat(ProblemType.values())
                .filteredOn(type -> !byName.contains(type.name()))
                .allSatisfy(type -> assertThat(all).contains("ProblemType." + type.name()));
    }

    @Test
    void the_page_lists_the_catalogue() throws IOException {
        List<List<String>> listed = MarkdownTable.rows(PAGE, "name |").stream()
                .map(row -> List.of(MarkdownTable.code(row.get(0)).get(0), row.get(1), row.get(2)))
                .toList();

        assertThat(listed)
                .containsExactlyElementsOf(Arrays.stream(ProblemType.values())
                        .map(type -> List.of(type.id(), Integer.toString(type.status()), type.title()))
                        .toList());
        assertThat(MarkdownTable.rows(PAGE, "name |"))
                .allSatisfy(row -> assertThat(row).hasSize(5).noneMatch(String::isEmpty));
    }
}
