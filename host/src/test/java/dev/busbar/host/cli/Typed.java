package dev.busbar.host.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Outcome of a command that was typed: exit code and output. Immutable. */
record Typed(int code, String out, String errors) {
    private static final AuditTail.Pause NEVER = () -> false;

    /** Types it in a directory; no key that is known there may be seen in what it prints. */
    static Typed in(Path directory, Map<String, String> environment, String... arguments) {
        return in(NEVER, directory, environment, arguments);
    }

    /** With a pause of the test's own between two polls of {@code audit tail --follow}. */
    static Typed in(AuditTail.Pause pause, Path directory, Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        Console console = new Console(
                environment, directory, new PrintStream(out, true, UTF_8), new PrintStream(errors, true, UTF_8));
        Serve serve = new Serve(console, settings -> console.print("served"));
        int code = Cli.of(console, serve, pause).execute(arguments);
        Typed typed = new Typed(code, out.toString(UTF_8), errors.toString(UTF_8));
        // Commands that make a key print it.
        String seen = arguments.length > 0 && arguments[0].equals("keys") ? typed.errors : typed.out + typed.errors;
        assertThat(seen).doesNotContain("bsb_");
        assertThat(typed.out + typed.errors).doesNotContain("Exception", "\tat ");
        return typed;
    }

    Typed fails(String... why) {
        assertThat(code).as(toString()).isEqualTo(1);
        assertThat(List.of(why)).allSatisfy(text -> assertThat(out + errors).contains(text));
        return this;
    }

    /** An audit trail that is not intact: 3. */
    Typed isNotIntact(String... why) {
        assertThat(code).as(toString()).isEqualTo(3);
        assertThat(List.of(why)).allSatisfy(text -> assertThat(out).contains(text));
        return this;
    }

    /** A usage error: 2, nothing on standard output. */
    Typed isRejected(String... why) {
        assertThat(code).as(toString()).isEqualTo(2);
        assertThat(out).isEmpty();
        assertThat(List.of(why)).allSatisfy(text -> assertThat(errors).contains(text));
        return this;
    }

    Typed succeeds() {
        assertThat(code).as(toString()).isZero();
        return this;
    }
}
