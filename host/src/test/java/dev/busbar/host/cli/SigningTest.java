package dev.busbar.host.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.testing.TestSigner;
import dev.busbar.host.trust.Trust;
import dev.busbar.host.trust.TrustSettings;
import dev.busbar.host.trust.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signing without a host: the commands of docs/plugin-signing.md, run as they stand there. */
final class SigningTest {
    private static final Path DOCUMENT = Path.of("../docs/plugin-signing.md");
    private static final Pattern FENCED = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);
    private static final byte[] JAR = {1, 2, 3};

    @TempDir
    private Path folder;

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

    private Typed run(String... arguments) {
        String[] line =
                Stream.concat(Stream.of("plugins"), Stream.of(arguments)).toArray(String[]::new);
        return Typed.in(folder, Map.of(), line);
    }

    private Verdict verdict(String pluginId) throws IOException {
        TrustSettings settings = new TrustSettings(
                TrustSettings.Policy.REQUIRE,
                folder.resolve("acme.pem"),
                folder.resolve("none"),
                folder.resolve("known"),
                List.of());
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
            run(words).succeeds();
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
        run("sign", "--key=acme.key", "billing-1.0.0.jar").succeeds();
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
        run("keygen", "--name=Acme", "--plugins=*", "acme.key").succeeds();
        String before = Files.readString(folder.resolve("acme.key"));

        run("keygen", "--name=Acme", "--plugins=*", "acme.key").fails("nothing is overwritten");

        assertThat(folder.resolve("acme.key")).hasContent(before);
    }

    @Test
    void what_cannot_be_done_is_said_in_a_line() {
        run("sign", "--key=acme.key", "billing-1.0.0.jar").fails("acme.key does not exist");
        run("keygen", "--name=Acme", "--plugins=Billing", "acme.key").fails("plugins: ids such as");
    }

    @Test
    void results_come_as_json_where_that_is_asked_for() throws Exception {
        String made = run("keygen", "--name=Acme", "--plugins=*", "--json", "acme.key")
                .succeeds()
                .out();
        String signed = run("sign", "--key=acme.key", "--json", "billing-1.0.0.jar")
                .succeeds()
                .out();

        assertThat(new ObjectMapper().readTree(made).path("publicKey").asText())
                .isEqualTo(folder.resolve("acme.pem").toString());
        assertThat(new ObjectMapper().readTree(signed).at("/signatures/0").asText())
                .isEqualTo(folder.resolve("billing-1.0.0.jar.sig").toString());
    }

    @Test
    void what_is_not_understood_shows_the_usage() {
        for (String line : List.of(
                "keygen",
                "keygen acme.key",
                "keygen --name=Acme --plugins=* --force=yes acme.key",
                "keygen --name=Acme --name=Zeta --plugins=* acme.key",
                "sign --key=acme.key",
                "sign billing-1.0.0.jar",
                "sign --key billing-1.0.0.jar")) {
            run(line.split(" ")).isRejected("usage: busbar plugins");
        }
    }
}
