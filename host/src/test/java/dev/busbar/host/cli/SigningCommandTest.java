package dev.busbar.host.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.busbar.host.testing.TestSigner;
import dev.busbar.host.trust.Trust;
import dev.busbar.host.trust.TrustSettings;
import dev.busbar.host.trust.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signing without a host: the commands of docs/plugin-signing.md, run as they stand there. */
final class SigningCommandTest {
    private static final Path DOCUMENT = Path.of("../docs/plugin-signing.md");
    private static final Pattern FENCED = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);
    private static final byte[] JAR = {1, 2, 3};

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @BeforeEach
    void build() throws Exception {
        Files.write(folder.resolve("billing-1.0.0.jar"), JAR);
    }

    private static List<String> documented(String word) throws IOException {
        List<String> blocks = FENCED.matcher(Files.readString(DOCUMENT))
                .results()
                .map((MatchResult block) -> block.group(1))
                .filter(block -> block.contains(word))
                .toList();
        assertThat(blocks).as("blocks with " + word).isNotEmpty();
        return blocks;
    }

    private int run(String... arguments) {
        List<String> inside = new ArrayList<>();
        for (String argument : arguments) {
            boolean file = argument.endsWith(".key") || argument.endsWith(".jar");
            inside.add(file ? argument.replaceFirst("(?<==)?([^=]+)$", folder + "/$1") : argument);
        }
        return new SigningCommand(new PrintStream(said, true, StandardCharsets.UTF_8)).run(inside);
    }

    private Verdict verdict(String pluginId) throws IOException {
        TrustSettings settings = new TrustSettings(
                TrustSettings.Policy.REQUIRE, folder.resolve("acme.pem"), folder.resolve("none"), List.of());
        String signature = Files.readString(folder.resolve("billing-1.0.0.jar.sig"));
        return new Trust(settings, Clock.systemUTC()).judge(pluginId, TestSigner.digest(JAR), Optional.of(signature));
    }

    @Test
    void the_documented_commands_make_a_key_and_sign_with_it() throws Exception {
        for (String block : documented("bin/busbar plugins")) {
            String[] words =
                    block.strip().replaceFirst("^bin/busbar plugins ", "").split(" (?=[^']*('[^']*'[^']*)*$)");
            for (int i = 0; i < words.length; i++) {
                words[i] = words[i].replace("'", "");
            }
            assertThat(run(words)).as(block + said).isZero();
        }

        assertThat(verdict("billing")).isEqualTo(new Verdict(Verdict.Kind.SIGNED, "it is signed by Acme Ltd"));
        assertThat(verdict("acme-maps").isGood()).isTrue();
        assertThat(verdict("shipping").isGood()).isFalse();
    }

    @Test
    void the_documented_way_with_openssl_does_the_same() throws Exception {
        assumeTrue(hasOpenssl(), "OpenSSL 3 is not installed");
        String script = String.join("\n", documented("openssl "));
        Process shell = new ProcessBuilder("sh", "-euc", script)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(shell.waitFor()).as(output).isZero();
        assertThat(verdict("billing")).isEqualTo(new Verdict(Verdict.Kind.SIGNED, "it is signed by Acme Ltd"));
        assertThat(verdict("shipping").isGood()).isFalse();
        Files.delete(folder.resolve("billing-1.0.0.jar.sig"));
        assertThat(run("sign", "--key=acme.key", "billing-1.0.0.jar"))
                .as(said.toString(StandardCharsets.UTF_8))
                .isZero();
        assertThat(verdict("billing").isGood()).isTrue();
    }

    private static boolean hasOpenssl() throws InterruptedException {
        try {
            Process version = new ProcessBuilder("openssl", "version").start();
            String text = new String(version.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return version.waitFor() == 0 && text.matches("(?s)OpenSSL ([3-9]|\\d\\d).*");
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void what_is_there_is_not_overwritten() throws Exception {
        assertThat(run("keygen", "--name=Acme", "--plugins=*", "acme.key")).isZero();
        String before = Files.readString(folder.resolve("acme.key"));

        assertThat(run("keygen", "--name=Acme", "--plugins=*", "acme.key")).isEqualTo(1);

        assertThat(said.toString(StandardCharsets.UTF_8)).contains("nothing is overwritten");
        assertThat(folder.resolve("acme.key")).hasContent(before);
    }

    @Test
    void what_cannot_be_done_is_said_in_a_line() {
        assertThat(run("sign", "--key=acme.key", "billing-1.0.0.jar")).isEqualTo(1);
        assertThat(run("keygen", "--name=Acme", "--plugins=Billing", "acme.key"))
                .isEqualTo(1);

        assertThat(said.toString(StandardCharsets.UTF_8)).contains("acme.key is not there", "plugins: ids such as");
    }

    @Test
    void what_is_not_understood_shows_how_it_goes() {
        assertThat(run("keygen")).isEqualTo(2);
        assertThat(run("keygen", "acme.key")).isEqualTo(2);
        assertThat(run("keygen", "--name=Acme", "--plugins=*", "--force=yes", "acme.key"))
                .isEqualTo(2);
        assertThat(run("keygen", "--name=Acme", "--name=Zeta", "--plugins=*", "acme.key"))
                .isEqualTo(2);
        assertThat(run("sign", "--key=acme.key")).isEqualTo(2);
        assertThat(run("sign", "billing-1.0.0.jar")).isEqualTo(2);
        assertThat(run("sign", "--key", "billing-1.0.0.jar")).isEqualTo(2);

        assertThat(said.toString(StandardCharsets.UTF_8)).contains("usage: busbar plugins keygen");
    }
}
