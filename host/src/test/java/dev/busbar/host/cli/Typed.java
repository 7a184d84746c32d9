package dev.busbar.host.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A command as somebody has typed it, and what became of it. Immutable. */
record Typed(int code, String out, String errors) {
    /** Types it in a directory; no key that is known there may be seen in what it prints. */
    static Typed in(Path directory, Map<String, String> environment, String... arguments) {
        return in(CommandLine.all(), directory, environment, arguments);
    }

    static Typed in(List<Command> commands, Path directory, Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int code = new CommandLine(
                        commands,
                        environment,
                        directory,
                        new PrintStream(out, true, UTF_8),
                        new PrintStream(errors, true, UTF_8))
                .run(List.of(arguments));
        Typed typed = new Typed(code, out.toString(UTF_8), errors.toString(UTF_8));
        assertThat(typed.out + typed.errors).doesNotContain("bsb_").doesNotContain("Exception", "\tat ");
        return typed;
    }

    Typed fails(String... why) {
        assertThat(code).as(toString()).isEqualTo(1);
        assertThat(List.of(why)).allSatisfy(text -> assertThat(out + errors).contains(text));
        return this;
    }

    Typed succeeds() {
        assertThat(code).as(toString()).isZero();
        return this;
    }
}
