package dev.busbar.host.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
    private static Options parse(String... arguments) throws UsageException {
        return Options.parse(List.of(arguments), Set.of("url", "limit"), Set.of("json"));
    }

    @Test
    void values_and_flags_are_read() throws Exception {
        Options options = parse("--url=a=b", "--json", "--limit=12");

        assertThat(options.value("url")).contains("a=b");
        assertThat(options.has("json")).isTrue();
        assertThat(options.number("limit", 5, 500)).isEqualTo(12);
        assertThat(parse().number("limit", 5, 500)).isEqualTo(5);
        assertThat(parse("--url=").value("url")).contains("");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--colour=red", "--colour", "url", "-j", "--url", "--json=yes", "--", "--=x", ""})
    void what_is_unknown_or_does_not_fit_is_refused(String argument) {
        assertThatThrownBy(() -> parse(argument)).isInstanceOf(UsageException.class);
    }

    @Test
    void nothing_is_given_twice() {
        assertThatThrownBy(() -> parse("--json", "--json")).hasMessage("--json is given twice");
        assertThatThrownBy(() -> parse("--url=a", "--url=b")).hasMessage("--url is given twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "501", "99999999999999999999", "1e2", "", " 1", "１"})
    void a_number_is_one_in_its_bounds(String text) throws UsageException {
        Options options = parse("--limit=" + text);

        assertThatThrownBy(() -> options.number("limit", 5, 500)).hasMessageContaining("expected: 1 to 500");
    }

    @Test
    void an_option_that_steers_a_terminal_is_shown_plain() {
        assertThatThrownBy(() -> parse("--\u001b[2J=secret"))
                .hasMessageContaining("\\u001b[2J")
                .hasMessageNotContaining("secret");
    }
}
