package dev.busbar.host.lifecycle;

import static dev.busbar.host.testing.Jars.answering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.config.ConfigurationException;
import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.ReceiptFile;
import dev.busbar.host.testing.TestSigner;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of the trusted signers and of the trust settings. */
final class TrustIT {
    private static final PluginJar ONE = answering("billing", "1.0.0");
    private static final PluginJar TWO = answering("billing", "2.0.0");

    @RegisterExtension
    final HostExtension hosts = new HostExtension();

    private final TestSigner acme = new TestSigner();
    private final SignedFolder at = new SignedFolder(hosts, acme);

    @ParameterizedTest
    @ValueSource(strings = {"plugins: shipping, acme-*", "plugins: *\nnot-after: 2026-01-01"})
    void a_signer_who_may_not_sign_it_is_refused_until_that_changes(String lines) throws Exception {
        at.policy("require");
        at.trusted(acme, "acme", lines);
        hosts.host();
        at.sign(acme.sign(ONE.bytes()));
        at.drop(ONE);
        ReceiptFile.await(at.jar(), "REJECTED", "it is signed by acme, who");

        at.trusted(acme, "acme", "plugins: billing", "not-after: 2999-01-01");

        at.serves("1.0.0");
    }

    @Test
    void a_jar_of_an_unknown_signer_starts_once_that_is_trusted() throws Exception {
        at.policy("require");
        hosts.host();
        at.sign(acme.sign(ONE.bytes()));
        at.drop(ONE);
        ReceiptFile.await(at.jar(), "REJECTED", "it is signed with the key " + acme.keyId() + ", which is not trusted");

        at.trusted(acme, "acme", "plugins: *");

        at.serves("1.0.0");
    }

    @Test
    void what_was_signed_starts_again_without_its_file() throws Exception {
        at.require();
        at.sign(acme.sign(ONE.bytes()));
        at.drop(ONE);
        at.serves("1.0.0");
        Files.delete(hosts.folder().resolve("billing.jar.sig"));
        at.passes();

        hosts.restart();

        assertThat(hosts.host().get("/api/billing").body()).isEqualTo("1.0.0");
        assertThat(hosts.host().change("billing", "reload").statusCode()).isEqualTo(200);
    }

    @Test
    void a_stricter_policy_lets_what_is_unsigned_wait_until_it_is_signed() throws Exception {
        at.trusted(acme, "acme", "plugins: *");
        at.drop(ONE);
        at.serves("1.0.0");
        hosts.stop();
        at.policy("require");

        assertThat(hosts.host().get("/api/billing").statusCode()).isEqualTo(503);
        ReceiptFile.await(at.jar(), "WAITING", "it waits for a signature of acme");
        assertThat(hosts.host().get("/admin/plugins/billing").body()).contains("WAITING", "a signature of acme");

        at.sign(acme.sign(ONE.bytes()));
        at.serves("1.0.0");
        ReceiptFile.await(at.jar(), "ACTIVE", "");
    }

    @Test
    void a_stricter_policy_finds_the_signatures_that_came_before_it() throws Exception {
        at.trusted(acme, "acme", "plugins: *");
        at.sign(acme.sign(ONE.bytes()));
        at.drop(ONE);
        at.serves("1.0.0");
        at.upload(TWO, acme.sign(TWO.bytes()).strip());
        at.serves("2.0.0");
        hosts.stop();
        Files.delete(hosts.folder().resolve("billing.jar.sig"));
        at.policy("require");

        assertThat(hosts.host().get("/api/billing").body()).isEqualTo("2.0.0");
        assertThat(hosts.host().change("billing", "rollback").statusCode()).isEqualTo(200);
        assertThat(hosts.host().get("/api/billing").body()).isEqualTo("1.0.0");
    }

    @Test
    void there_is_no_way_back_to_an_unsigned_version_where_signatures_are_required() throws Exception {
        at.trusted(acme, "acme", "plugins: *");
        hosts.host().install(ONE);
        at.upload(TWO, acme.sign(TWO.bytes()).strip());
        hosts.stop();
        at.policy("require");

        HttpResponse<String> refused = hosts.host().change("billing", "rollback");

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("it waits for a signature of acme");
        assertThat(hosts.host().get("/api/billing").body()).isEqualTo("2.0.0");
    }

    @Test
    void a_signer_who_is_removed_stops_nothing_but_the_next_start() throws Exception {
        at.require();
        Path signer = at.trusted(acme, "acme", "plugins: *");
        at.sign(acme.sign(ONE.bytes()));
        at.drop(ONE);
        at.serves("1.0.0");

        Files.delete(signer);

        HttpResponse<String> refused = hosts.host().change("billing", "reload");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("which is not trusted here");
        assertThat(hosts.host().get("/api/billing").body()).isEqualTo("1.0.0");
        hosts.restart();
        assertThat(hosts.host().get("/api/billing").statusCode()).isEqualTo(503);
        ReceiptFile.await(at.jar(), "REJECTED", "which is not trusted here");
        at.trusted(acme, "acme", "plugins: *");
        at.serves("1.0.0");
    }

    @Test
    void what_runs_may_be_signed_by_another_signer_meanwhile() throws Exception {
        at.require();
        at.sign(acme.sign(ONE.bytes()));
        at.drop(ONE);
        at.serves("1.0.0");
        TestSigner zeta = new TestSigner();
        at.trusted(zeta, "zeta", "plugins: *");
        long generation = hosts.plugins().find("billing").orElseThrow().generation();

        at.sign(zeta.sign(ONE.bytes()));
        at.passes();
        assertThat(hosts.plugins().find("billing").orElseThrow().generation()).isEqualTo(generation);
        Files.delete(hosts.data().resolve("trust/acme.pem"));
        hosts.restart();

        assertThat(hosts.host().get("/api/billing").body()).isEqualTo("1.0.0");
    }

    @Test
    void a_rollback_is_not_undone_by_a_signature_that_changes() throws Exception {
        at.require();
        at.sign(acme.sign(ONE.bytes()));
        at.drop(ONE);
        at.serves("1.0.0");
        at.upload(TWO, acme.sign(TWO.bytes()).strip());
        hosts.host().change("billing", "rollback");
        at.upload(TWO, acme.sign(TWO.bytes()).strip());
        at.serves("2.0.0");

        at.sign(acme.sign(ONE.bytes()) + acme.sign(ONE.bytes()));

        at.passes();
        at.serves("2.0.0");
    }

    @Test
    void where_it_is_only_warned_of_a_note_says_so() throws Exception {
        at.policy("warn");
        hosts.host();

        at.drop(ONE);

        at.serves("1.0.0");
        ReceiptFile.await(at.jar(), "ACTIVE", "");
        assertThat(Files.readString(hosts.folder().resolve("billing.jar.status.json")))
                .contains("\"notes\":[\"where signatures are required it would not be loaded: it waits for");
        assertThat(hosts.host().get("/admin/plugins/billing").body()).contains("it would not be loaded");
        hosts.restart();
        assertThat(hosts.host().get("/admin/plugins/billing").body()).contains("it would not be loaded");
    }

    @Test
    void what_came_with_the_host_needs_no_signature_and_keeps_its_way_back() throws Exception {
        at.policy("require");
        Path platforms = Files.createDirectories(hosts.data().resolve("platforms"));
        ONE.write(platforms.resolve("billing.jar"));
        answering("stranger", "1.0.0").write(platforms.resolve("stranger.jar"));
        Path list = platforms.resolve("SHA256SUMS");
        Files.writeString(list, TestSigner.digest(ONE.bytes()) + "  billing.jar\n");

        at.serves("1.0.0");
        assertThat(hosts.plugins().find("stranger")).isEmpty();

        hosts.stop();
        TWO.write(platforms.resolve("billing.jar"));
        Files.writeString(list, TestSigner.digest(TWO.bytes()) + "  billing.jar\n");
        assertThat(hosts.host().get("/api/billing").body()).isEqualTo("2.0.0");
        assertThat(hosts.host().change("billing", "rollback").statusCode()).isEqualTo(200);
        assertThat(hosts.host().get("/api/billing").body()).isEqualTo("1.0.0");
    }

    @Test
    void bundled_bytes_that_were_changed_are_not_loaded() throws Exception {
        at.policy("require");
        Path platforms = Files.createDirectories(hosts.data().resolve("platforms"));
        Files.writeString(platforms.resolve("SHA256SUMS"), TestSigner.digest(ONE.bytes()) + "  billing.jar\n");
        TWO.write(platforms.resolve("billing.jar"));

        assertThat(hosts.host().get("/api/billing").statusCode()).isEqualTo(404);
    }

    @Test
    void a_host_does_not_begin_with_a_bad_file_among_the_signers_and_names_it() throws Exception {
        Files.createDirectories(hosts.data().resolve("trust"));
        Path bad = Files.writeString(hosts.data().resolve("trust/bad.pem"), "name: Bad\n");
        Path list = Files.createDirectories(hosts.data().resolve("platforms")).resolve("SHA256SUMS");
        Files.writeString(list, "none\n");

        assertThatThrownBy(hosts::host)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(bad + ": (expected: one public key as PEM")
                .hasMessageContaining(list + ": (expected: lines of sha256sum");
    }

    @Test
    void a_bad_file_that_comes_later_hides_no_other_signer() throws Exception {
        at.require();
        hosts.host();
        Files.writeString(hosts.data().resolve("trust/bad.pem"), "name: Bad\n");

        at.sign(acme.sign(ONE.bytes()));
        at.drop(ONE);

        at.serves("1.0.0");
    }
}
