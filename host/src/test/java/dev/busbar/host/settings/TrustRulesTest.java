package dev.busbar.host.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.config.ConfigurationException;
import dev.busbar.host.config.Sources;
import dev.busbar.host.trust.TrustSettings;
import dev.busbar.host.trust.TrustSettings.Policy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The section {@code trust} of the configuration. */
final class TrustRulesTest {
    @TempDir
    private Path home;

    private TrustSettings load(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--data=" + home.resolve("data")));
        all.addAll(List.of(arguments));
        return HostSettings.load(new Sources(Map.of(), all, home)).lifecycle().trust();
    }

    @ParameterizedTest
    @CsvSource({"development, OFF", "staging, WARN", "production, REQUIRE"})
    void production_requires_signatures_and_staging_warns(String environment, Policy policy) {
        TrustSettings trust = load("--env=" + environment);

        assertThat(trust.signatures()).isEqualTo(policy);
        assertThat(trust.signers()).isEqualTo(home.resolve("data/trust"));
        assertThat(trust.bundled()).isEqualTo(home.resolve("platforms/SHA256SUMS"));
        assertThat(trust.publicRoutes()).isEmpty();
    }

    @Test
    void an_operator_says_otherwise() throws Exception {
        Path signers = Files.createDirectories(home.resolve("signers"));

        TrustSettings trust = load(
                "--env=production",
                "--trust.signatures=off",
                "--trust.signers=" + signers,
                "--trust.publicRoutes=hello,acme-*");

        assertThat(trust.signatures()).isEqualTo(Policy.OFF);
        assertThat(trust.signers()).isEqualTo(signers);
        assertThat(trust.publicRoutes()).containsExactly("hello", "acme-*");
    }

    @Test
    void the_drop_folder_consents_unless_signatures_are_required() {
        assertThat(load("--env=production").folderConsent()).isFalse();
        assertThat(load("--env=production", "--trust.folderConsent=true").folderConsent())
                .isTrue();
        assertThat(load("--env=production", "--trust.signatures=off").folderConsent())
                .isTrue();
        assertThat(load().folderConsent()).isTrue();
    }

    @Test
    void all_that_is_wrong_is_told_together() throws Exception {
        Path bad = Files.writeString(
                Files.createDirectories(home.resolve("data/trust")).resolve("bad.pem"), "no");

        assertThatThrownBy(() -> load("--trust.signatures=maybe", "--trust.publicRoutes=Hello", "--port=x"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("trust.signatures = \"maybe\" (expected: one of off, warn, require)")
                .hasMessageContaining("command line: port")
                .hasMessageContaining(bad.toString());
        assertThatThrownBy(() -> load("--trust.publicRoutes=Hello"))
                .hasMessageContaining("trust.publicRoutes = \"Hello\" (expected: a plugin id such as billing");
        assertThatThrownBy(() -> load("--trust.signers=" + home.resolve("nowhere")))
                .hasMessageContaining(home.resolve("nowhere") + ": trust.signers (expected: a folder or a file)");
    }

    @Test
    void a_malformed_grant_is_told_with_its_key() {
        assertThatThrownBy(() -> load("--platforms.grants=reports host:keys"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("platforms.grants = \"reports host:keys\" (expected: a platform, each once");
    }
}
