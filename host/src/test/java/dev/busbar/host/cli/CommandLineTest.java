package dev.busbar.host.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    private int run(String... arguments) {
        out.reset();
        errors.reset();
        return new CommandLine(
                        CommandLine.all(),
                        Map.of("BUSBAR_KEY", "bsb_dev_secret"),
                        folder,
                        new PrintStream(out, true, UTF_8),
                        new PrintStream(errors, true, UTF_8))
                .run(List.of(arguments));
    }

    @Test
    void help_names_every_command() {
        for (String word : List.of("help", "--help", "-h")) {
            assertThat(run(word)).isZero();
            assertThat(out.toString(UTF_8))
                    .contains(
                            "busbar serve",
                            "busbar audit tail",
                            "audit verify",
                            "roles list",
                            "roles matrix",
                            "plugins sign");
            assertThat(errors.toString(UTF_8)).isEmpty();
        }
        assertThat(run()).isEqualTo(2);
        assertThat(errors.toString(UTF_8)).contains("busbar audit tail");
    }

    @Test
    void help_on_one_command_shows_its_options() {
        assertThat(run("audit", "verify", "--help")).isZero();

        assertThat(out.toString(UTF_8))
                .contains("--checkpoints=FILE", "--insecure")
                .doesNotContain("audit tail");
    }

    @Test
    void what_is_not_understood_is_2_with_what_there_is() {
        for (String[] arguments : List.of(
                new String[] {"dance"},
                new String[] {"audit"},
                new String[] {"audit", "dance"},
                new String[] {"\u001b[2J"},
                new String[] {"audit", "tail", "--colour=red"},
                new String[] {"audit", "tail", "now"},
                new String[] {"audit", "tail", "--limit=0"},
                new String[] {"audit", "tail", "--limit=501"},
                new String[] {"audit", "verify", "--key=x"},
                new String[] {"roles", "list", "--url=nowhere"})) {
            assertThat(run(arguments)).as(String.join(" ", arguments)).isEqualTo(2);
            assertThat(errors.toString(UTF_8)).contains("usage: busbar").doesNotContain("\u001b", "Exception");
            assertThat(out.toString(UTF_8)).isEmpty();
        }
    }

    @Test
    void where_no_host_runs_every_command_is_1_with_one_line() {
        for (String command : List.of("audit tail", "audit verify", "roles list", "roles matrix")) {
            assertThat(run(command.split(" "))).isEqualTo(1);
            assertThat(errors.toString(UTF_8))
                    .contains("no host runs on " + folder.resolve("data"))
                    .hasLineCount(1)
                    .doesNotContain("bsb_");
        }
    }
}
