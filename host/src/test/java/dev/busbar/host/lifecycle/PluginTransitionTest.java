package dev.busbar.host.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares the states and transitions of a plugin with docs/plugin-lifecycle.md. */
final class PluginTransitionTest {
    private static final Pattern CODE = Pattern.compile("`([A-Z]+)`");

    /** A row of the table of transitions. */
    private record Row(String transition, Set<String> from, String to) {
        static Row of(PluginTransition transition) {
            Set<String> from = transition.from().stream().map(Enum::name).collect(Collectors.toSet());
            return new Row(transition.name(), from, transition.to().name());
        }

        static Row of(List<String> cells) {
            return new Row(
                    code(cells.get(0)).get(0),
                    Set.copyOf(code(cells.get(2))),
                    code(cells.get(3)).get(0));
        }
    }

    private static List<String> code(String cell) {
        return CODE.matcher(cell)
                .results()
                .map((MatchResult span) -> span.group(1))
                .toList();
    }

    /** The rows of the table below a header, as cells. */
    private static List<List<String>> table(String header) throws IOException {
        return Files.readAllLines(document()).stream()
                .dropWhile(line -> !line.equals(header))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> Stream.of(line.substring(1).split("\\|"))
                        .map(String::strip)
                        .toList())
                .toList();
    }

    private static Path document() throws IOException {
        Path folder = Path.of("").toRealPath();
        while (!Files.exists(folder.resolve("docs/plugin-lifecycle.md"))) {
            folder = folder.getParent();
        }
        return folder.resolve("docs/plugin-lifecycle.md");
    }

    @Test
    void the_document_has_these_transitions_and_no_others() throws IOException {
        List<Row> documented = table("| transition | event | from | to |").stream()
                .map(Row::of)
                .toList();

        assertThat(documented)
                .containsExactlyElementsOf(
                        Arrays.stream(PluginTransition.values()).map(Row::of).toList());
    }

    @Test
    void the_document_has_these_states_and_no_others() throws IOException {
        List<String> documented = table("| state | meaning |").stream()
                .map(cells -> code(cells.get(0)).get(0))
                .toList();

        assertThat(documented)
                .containsExactlyElementsOf(
                        Arrays.stream(PluginState.values()).map(Enum::name).toList());
    }

    @ParameterizedTest
    @EnumSource
    void a_transition_in_a_state_that_it_does_not_have_is_an_error(PluginTransition transition) {
        Set<PluginState> others = EnumSet.allOf(PluginState.class);
        others.removeAll(transition.from());

        assertThat(transition.from()).allMatch(now -> transition.apply("billing", now) == transition.to());
        assertThat(others).isNotEmpty().allSatisfy(now -> assertThatThrownBy(() -> transition.apply("billing", now))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("plugin billing: " + transition + " in state " + now + " (expected: one of ["));
    }
}
