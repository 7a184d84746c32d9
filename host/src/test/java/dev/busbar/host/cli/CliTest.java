package dev.busbar.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What is understood, what is not, and what is said then. */
final class CliTest {
    private static final Path DOCUMENT = Path.of("../docs/command-line.md");
    private static final List<String> OF_A_HOST = List.of("audit tail", "audit verify", "roles list", "roles matrix");

    @TempDir
    Path folder;

    private Typed type(String line) {
        return type(line.split(" "));
    }

    private Typed type(String... arguments) {
        return Typed.in(folder, Map.of("BUSBAR_KEY", "bsb_dev_secret"), arguments);
    }

    private List<String> commands() {
        Console console = new Console(Map.of(), folder, System.out, System.err);
        return Cli.names(Cli.of(console, new Serve(console, settings -> {})));
    }

    @Test
    void every_command_has_a_help_that_is_no_error() {
        List<String> lines = new ArrayList<>(commands());
        lines.addAll(List.of("busbar", "busbar audit", "busbar plugins", "busbar roles"));
        lines.remove("busbar help");
        for (String line : lines) {
            Typed help = type((line + " --help").substring("busbar ".length())).succeeds();

            assertThat(help.out()).startsWith("usage: " + line).contains("--help");
            assertThat(help.errors()).isEmpty();
        }
        assertThat(lines).contains("busbar serve", "busbar audit verify", "busbar plugins keygen", "busbar completion");
    }

    @Test
    void help_lists_the_commands_and_the_options_of_one() {
        assertThat(type("help").succeeds().out()).contains("serve", "audit", "plugins", "roles", "completion");
        assertThat(type("help audit").succeeds().out()).contains("tail", "verify");
        assertThat(type("audit verify -h").succeeds().out()).contains("--checkpoints=FILE", "--insecure", "--json");
        assertThat(type().isRejected("Missing required subcommand", "usage: busbar")
                        .errors())
                .contains("serve");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-V"})
    void the_version_is_that_of_the_product_its_plugin_api_and_its_java(String option) {
        assertThat(type(option).succeeds().out())
                .matches("busbar \\S+ \\(plugin API \\d+\\.\\d+\\.\\d+, Java \\d.*\\)\\R");
    }

    @ParameterizedTest
    @CsvSource({
        "audt, 'unknown command \"audt\"', audit",
        "audit verfy, 'unknown command \"verfy\"', verify",
        "plugin sign, 'unknown command \"plugin\"', plugins",
        "roles list --jsn, 'unknown option \"--jsn\"', --json",
        "audit tail --folow, 'unknown option \"--folow\"', --follow"
    })
    void what_is_unknown_is_named_with_what_was_meant(String line, String unknown, String meant) {
        type(line).isRejected(unknown, "did you mean: ", meant, "usage: busbar");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dance",
                "audit",
                "audit dance",
                "audit tail --colour=red",
                "audit tail now",
                "audit tail --limit=0",
                "audit tail --limit=501",
                "audit tail --limit=1e2",
                "audit tail --limit=99999999999999999999",
                "audit tail --limit",
                "audit tail --limit=1 --limit=2",
                "audit verify --key=x",
                "roles list --url=nowhere",
                "roles list --json=yes",
                "roles list -j",
                "completion now",
                "plugins sign --key=acme.key",
                "plugins sign billing.jar",
                "plugins keygen --name=Acme acme.key"
            })
    void what_is_not_understood_is_2_with_the_usage(String line) {
        type(line).isRejected("usage: busbar");
    }

    @Test
    void the_value_of_an_option_is_not_repeated_and_nothing_steers_the_terminal() {
        assertThat(type("audit", "tail", "--\u001b[2J=secret")
                        .isRejected("\\u001b[2J")
                        .errors())
                .doesNotContain("secret", "\u001b");
        assertThat(type("roles", "list", "--url=http://me:secret@host")
                        .isRejected("--url")
                        .errors())
                .doesNotContain("secret");
        assertThat(type("\u001b[2J").isRejected().errors()).doesNotContain("\u001b");
    }

    @Test
    void a_file_that_is_named_with_an_at_is_not_read() throws IOException {
        Files.writeString(folder.resolve("arguments"), "--help");

        type("roles", "list", "@" + folder.resolve("arguments")).isRejected("unknown argument");
    }

    @Test
    void everything_behind_serve_is_configuration() {
        assertThat(type("serve", "--port=0", "--data=" + folder).succeeds().out())
                .contains("served");
        type("serve", "--port=high", "nonsense").fails("port", "nonsense");
    }

    @Test
    void where_no_host_runs_a_command_fails_with_one_line() {
        for (String command : OF_A_HOST) {
            Typed typed = type(command).fails("no host runs on " + folder.resolve("data"));

            assertThat(typed.errors()).hasLineCount(1);
            assertThat(typed.out()).isEmpty();
        }
    }

    @Test
    void the_completion_script_knows_commands_and_options() {
        assertThat(type("completion").succeeds().out()).contains("complete -F", "busbar", "keygen", "--checkpoints");
    }

    @Test
    void the_page_lists_every_command() throws IOException {
        Pattern row = Pattern.compile("^\\| `(busbar [a-z -]+?)[`\\[]", Pattern.MULTILINE);
        List<String> listed = row.matcher(Files.readString(DOCUMENT))
                .results()
                .map(found -> found.group(1).strip())
                .toList();

        assertThat(listed).containsExactlyInAnyOrderElementsOf(commands());
    }

    @Test
    void no_command_takes_a_key_as_an_option() {
        Console console = new Console(Map.of(), folder, System.out, System.err);
        CommandLine root = Cli.of(console, new Serve(console, settings -> {}));

        assertThat(root.getSubcommands()
                        .get("roles")
                        .getSubcommands()
                        .get("list")
                        .getCommandSpec()
                        .options())
                .extracting(option -> option.longestName())
                .containsExactlyInAnyOrder("--url", "--data", "--insecure", "--json", "--help");
    }
}
