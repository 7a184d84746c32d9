package dev.busbar.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks the sources of all tests for what makes a test, or its failure, say nothing. */
class TestSourcesTest {
    /** Arguments of a functional type, which JUnit shows as the name of a lambda unless they are named. */
    private static final Pattern UNNAMED_LAMBDAS = Pattern.compile(
            "static (?:Stream|List|Collection|Iterable)<(?:Supplier|Consumer|BiConsumer|Function|BiFunction|Predicate"
                    + "|UnaryOperator|Runnable|Callable|ThrowingCallable|Executable|Handler)\\b");

    /** Assertions that hold for whatever is found: an empty text or list is part of everything. */
    private static final Pattern CANNOT_FAIL = Pattern.compile(
            "\\.(?:contains|doesNotContain|startsWith|endsWith|containsAll|hasSizeGreaterThanOrEqualTo|isGreaterThanOrEqualTo)\\(\\s*"
                    + "(?:\"\"|0|List\\.of\\(\\)|[^;]{0,80}\\.orElse\\(\"(?:0|\\\\u0000)?\"\\)\\)?)\\s*\\)");

    @Test
    void no_parameter_of_a_test_is_shown_as_a_lambda() throws IOException {
        assertThat(find(UNNAMED_LAMBDAS))
                .as("wrap the values in Named, or use argumentSet")
                .isEmpty();
    }

    @Test
    void no_assertion_holds_for_whatever_is_found() throws IOException {
        assertThat(find(CANNOT_FAIL)).as("assertions that cannot fail").isEmpty();
    }

    @Test
    void the_patterns_find_what_they_are_for() {
        assertThat(UNNAMED_LAMBDAS
                        .matcher("static Stream<Supplier<String>> stores() {")
                        .find())
                .isTrue();
        assertThat(UNNAMED_LAMBDAS
                        .matcher("static Stream<Named<Supplier<String>>> stores() {")
                        .find())
                .isFalse();
        assertThat(CANNOT_FAIL
                        .matcher(".contains(bad.find(\"note\").orElse(\"\"));")
                        .find())
                .isTrue();
        assertThat(CANNOT_FAIL
                        .matcher(".isGreaterThanOrEqualTo(\nInteger.parseInt(bad.find(\"n\").orElse(\"0\")));")
                        .find())
                .isTrue();
        assertThat(CANNOT_FAIL.matcher(".contains(bad.reason());").find()).isFalse();
    }

    private static List<String> find(Pattern pattern) throws IOException {
        List<String> found = new ArrayList<>();
        int files = 0;
        for (Path file : sources()) {
            files++;
            pattern.matcher(Files.readString(file))
                    .results()
                    .forEach(result -> found.add(file.getFileName() + ": " + result.group()));
        }
        assertThat(files).isGreaterThan(200);
        return found;
    }

    private static List<Path> sources() throws IOException {
        return Repository.sources().stream()
                .filter(file -> file.toString().contains("/src/test/java/"))
                .filter(file -> !file.endsWith("TestSourcesTest.java"))
                .toList();
    }
}
