package dev.busbar.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Checks that documents, the plugin API, configuration, scripts, and the log and error texts of main code use the terms
 * of the field, so that a search for <em>cached response</em>, <em>invalidate</em> or <em>dispatch</em> finds every
 * place. Comments and identifiers of the host and the plugins are checked too, except for findings that were there before.
 */
class LanguageTest {
    /** Terms that are not used, each with the one in its place. */
    private static final Map<Pattern, String> TERMS = terms(
            "kept (answer|response)s?|(answers?|responses?) (that (is|are|was|were) )?kept", "cached response",
            "(take|takes|taken|took|taking) back", "invalidate, revoke, return",
            "(give|gives|given|gave|giving) out", "serve",
            "untrue", "stale",
            "(whole|streamed) answers?", "buffered response, streaming response",
            "(an|the|no|its|each|every|another|this) answer", "response",
            "deaths?|fates?|unkept", "crash count, disposition, not replayable",
            "hand-overs?|(hand|hands|handed|handing) over", "dispatch",
            "unreached|goes for (a|the|its) goal|pursuit", "pending, retry",
            "deadly|killed nobody", "crash loop, crash count",
            "(put|puts) on record|(is|are) on record", "audited",
            "vouchers?|vouch(es|ed)?", "signature, trust decision",
            "(is|are|was|were|be) away", "unavailable",
            "name of (a|the) request", "correlation id",
            "(somebody|who is) told|tells whoever", "notifies",
            "(pass|passes|passed) over", "ignored",
            "(throw|throws|thrown) back", "rejected",
            "mend|mends|mended|mending", "fixed",
            "(write|writes|wrote|written|writing) down", "record",
            "whoever calls|who calls|for who", "client, caller",
            "answers (null|whether|true|false)", "returns",
            "anew", "again");

    /**
     * Findings that are still there, by the folder of a module. A count may shrink and never grow; a line goes when
     * nothing is left.
     */
    private static final Map<String, Integer> EXEMPT = Map.of();

    /** The identifiers that are still there, by package. A count may only shrink. */
    private static final Map<String, Integer> IDENTIFIERS_EXEMPT = Map.ofEntries(
            Map.entry("dev.busbar.host.generation", 2),
            Map.entry("dev.busbar.host.isolation", 5),
            Map.entry("dev.busbar.plugin.testing", 2),
            Map.entry("dev.busbar.turbo", 11),
            Map.entry("dev.busbar.turbo.statistics", 2));

    /** Words of identifiers that are not used: bounds are named after max, min and default. */
    private static final Pattern IDENTIFIER = Pattern.compile("\\b(?:[A-Z0-9]+_)*(?:MOST|LEAST|LONGEST|SHORTEST|LARGEST"
            + "|SMALLEST|FEWEST|DEEPEST|USUAL|KEPT|UNTRUE)(?:_[A-Z0-9]+)*\\b|\\b(?:most|usual|least|longest|untrue)\\b"
            + "|\\b(?:kept|givenOut|takenBack|handedOver|unreached|deadly|vouch|told|mend)[A-Z]?\\w*\\b");

    private static final Pattern COMMENT_OR_LITERAL = Pattern.compile(
            "/\\*.*?\\*/|//[^\\n]*|'(?:\\\\.|[^'\\\\])+'|\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"", Pattern.DOTALL);
    private static final Set<String> SKIPPED = Set.of("target", ".git", "data", "node_modules");

    private static Map<Pattern, String> terms(String... pairs) {
        Map<Pattern, String> terms = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            terms.put(Pattern.compile("\\b(?:" + pairs[i] + ")\\b", Pattern.CASE_INSENSITIVE), pairs[i + 1]);
        }
        return terms;
    }

    @ParameterizedTest
    @CsvSource({
        "a kept answer is given out, 2",
        "the cached response is served, 0",
        "the hand-over to a thread, 1",
        "Busbar-Handover: exclusive handover, 0",
        "the store is away, 1",
        "the farthest away, 0"
    })
    void the_search_finds_unused_terms_only(String text, int count) {
        assertThat(findings("text", text)).hasSize(count);
    }

    @Test
    void literals_are_found_and_comments_are_not() {
        assertThat(literals("x = \"a \\\" b\"; // \"c\"\n/* \"d\" */ y = '\"'; z = \"e\";"))
                .isEqualTo("a \\\" b\ne\n");
    }

    @Test
    void documents_use_the_terms_of_the_field() throws IOException {
        assertThat(violations(path -> path.endsWith(".md"), UnaryOperator.identity()))
                .isEmpty();
    }

    @Test
    void the_plugin_api_uses_the_terms_of_the_field() throws IOException {
        assertThat(violations(path -> isMainSource(path) && path.startsWith("plugin-api/"), UnaryOperator.identity()))
                .satisfies(LanguageTest::areExempt);
    }

    @Test
    void configuration_and_scripts_use_the_terms_of_the_field() throws IOException {
        assertThat(violations(LanguageTest::isConfiguration, UnaryOperator.identity()))
                .isEmpty();
    }

    @Test
    void log_and_error_texts_use_the_terms_of_the_field() throws IOException {
        assertThat(violations(path -> isMainSource(path) && !path.startsWith("plugin-api/"), LanguageTest::literals))
                .satisfies(LanguageTest::areExempt);
    }

    @Test
    void comments_use_the_terms_of_the_field() throws IOException {
        areExemptByPackage(violations(LanguageTest::isMainSource, LanguageTest::comments), Map.of());
    }

    @Test
    void identifiers_use_the_terms_of_the_field() throws IOException {
        List<String> violations = new ArrayList<>();
        int read = 0;
        for (Path file : files()) {
            String path = Repository.ROOT.relativize(file).toString().replace('\\', '/');
            if (isMainSource(path)) {
                read++;
                String code = COMMENT_OR_LITERAL
                        .matcher(Files.readString(file, StandardCharsets.UTF_8))
                        .replaceAll(" ");
                IDENTIFIER.matcher(code).results().forEach(found -> violations.add(path + ": " + found.group()));
            }
        }

        assertThat(read).as("files that were read").isGreaterThan(100);
        areExemptByPackage(violations, IDENTIFIERS_EXEMPT);
    }

    private static void areExemptByPackage(List<String> violations, Map<String, Integer> exempt) {
        Map<String, List<String>> byPackage =
                violations.stream().collect(Collectors.groupingBy(LanguageTest::packageOf));
        byPackage.entrySet().removeIf(entry -> entry.getValue().size() <= exempt.getOrDefault(entry.getKey(), 0));
        assertThat(byPackage).as("packages with more findings than %s", exempt).isEmpty();
    }

    private static String packageOf(String violation) {
        String path = violation.substring(violation.indexOf("src/main/java/") + 14, violation.indexOf(".java"));
        return path.substring(0, path.lastIndexOf('/')).replace('/', '.');
    }

    private static void areExempt(List<? extends String> violations) {
        Map<String, List<String>> byModule = violations.stream()
                .collect(Collectors.groupingBy(violation -> violation.substring(0, violation.indexOf('/') + 1)));
        byModule.forEach((module, found) -> assertThat(found)
                .as("terms in %s (%d are exempt)", module, EXEMPT.getOrDefault(module, 0))
                .hasSizeLessThanOrEqualTo(EXEMPT.getOrDefault(module, 0)));
    }

    private static boolean isMainSource(String path) {
        return path.endsWith(".java") && path.contains("src/main/");
    }

    /** The texts of licenses are those of their authors. */
    private static boolean isConfiguration(String path) {
        return (path.startsWith("dist/src/main/") && !path.startsWith("dist/src/main/third-party/licenses/"))
                || path.startsWith("scripts/")
                || path.startsWith(".github/")
                || path.startsWith(".ci/")
                || path.endsWith("pom.xml");
    }

    private static List<String> violations(Predicate<String> wanted, UnaryOperator<String> extraction)
            throws IOException {
        List<String> violations = new ArrayList<>();
        int read = 0;
        for (Path file : files()) {
            String path = Repository.ROOT.relativize(file).toString().replace('\\', '/');
            if (wanted.test(path)) {
                read++;
                violations.addAll(findings(path, extraction.apply(Files.readString(file, StandardCharsets.UTF_8))));
            }
        }
        assertThat(read).as("files that were read").isGreaterThan(5);
        return violations;
    }

    private static List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(Repository.ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                boolean skipped = SKIPPED.contains(String.valueOf(folder.getFileName()));
                return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                files.add(file);
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }

    private static List<String> findings(String path, String text) {
        List<String> findings = new ArrayList<>();
        text.lines()
                .forEach(line -> TERMS.forEach((pattern, term) -> pattern.matcher(line)
                        .results()
                        .forEach(found -> findings.add("%s: \"%s\" (expected: %s) in: %s"
                                .formatted(path, found.group(), term, line.strip())))));
        return findings;
    }

    /** The comments of a Java source, each on one line. */
    private static String comments(String source) {
        return COMMENT_OR_LITERAL
                .matcher(source)
                .results()
                .map(MatchResult::group)
                .filter(token -> token.startsWith("/"))
                .map(token -> token.replaceAll("\\s*\\R\\s*(?:\\*(?!/) ?|// ?)?", " "))
                .collect(Collectors.joining("\n"));
    }

    /** The string literals of a Java source, one per line. */
    private static String literals(String source) {
        StringBuilder literals = new StringBuilder();
        COMMENT_OR_LITERAL
                .matcher(source)
                .results()
                .map(MatchResult::group)
                .filter(token -> token.startsWith("\""))
                .forEach(token -> literals.append(token, 1, token.length() - 1).append('\n'));
        return literals.toString();
    }
}
