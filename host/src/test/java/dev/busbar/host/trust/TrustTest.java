package dev.busbar.host.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.testing.TestSigner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trust decisions on jars. */
final class TrustTest {
    private static final String JAR = TestSigner.digest(new byte[] {1});
    private static final String OTHER = TestSigner.digest(new byte[] {2});
    private static final Instant NOON = Instant.parse("2026-06-30T12:00:00Z");

    @TempDir
    private Path folder;

    private final TestSigner acme = new TestSigner();
    private Trust trust;

    @BeforeEach
    void begin() {
        trust = at(NOON);
    }

    private TrustSettings settings(String... publicRoutes) {
        return new TrustSettings(
                TrustSettings.Policy.REQUIRE,
                folder.resolve("trust"),
                folder.resolve("SHA256SUMS"),
                folder.resolve("bundled.sha256"),
                List.of(publicRoutes));
    }

    private Trust at(Instant now) {
        return new Trust(settings(), Clock.fixed(now, ZoneOffset.UTC));
    }

    private void trusted(TestSigner signer, String name, String... lines) {
        signer.trustedIn(folder.resolve("trust"), name, lines);
    }

    private Verdict judge(String signature) {
        return trust.judge("billing", JAR, Optional.of(signature));
    }

    @Test
    void a_jar_signed_by_a_trusted_signer_is_accepted() {
        trusted(acme, "acme", "plugins: *");

        assertThat(judge(acme.signDigest(JAR))).isEqualTo(new Verdict(Verdict.Kind.SIGNED, "it is signed by acme"));
    }

    @Test
    void the_reason_for_an_unsigned_jar_names_the_signers() {
        trusted(acme, "acme", "plugins: billing");
        trusted(new TestSigner(), "zeta", "plugins: b*");
        trusted(new TestSigner(), "shipper", "plugins: shipping");
        trusted(new TestSigner(), "past", "plugins: *", "not-after: 2026-06-29");

        Verdict verdict = trust.judge("billing", JAR, Optional.empty());

        assertThat(verdict.kind()).isEqualTo(Verdict.Kind.UNSIGNED);
        assertThat(verdict.reason())
                .isEqualTo(
                        "it waits for a signature of acme or zeta: put <jar>.sig beside it, or upload it with the header"
                                + " Busbar-Signature");
    }

    @Test
    void without_trusted_signers_the_reason_names_the_folder() {
        assertThat(trust.judge("billing", JAR, Optional.empty()).reason())
                .contains("none in " + folder.resolve("trust"));
    }

    @Test
    void a_signature_over_other_bytes_is_rejected() {
        trusted(acme, "acme", "plugins: *");

        assertThat(judge(acme.signDigest(OTHER)).reason())
                .startsWith("its signature is not by acme over these bytes")
                .endsWith("copy both again");
    }

    @Test
    void a_signature_by_the_same_key_over_another_message_is_rejected() {
        trusted(acme, "acme", "plugins: *");

        assertThat(judge(acme.keyId() + " " + acme.raw(JAR)).isGood()).isFalse();
        assertThat(judge(acme.keyId() + " " + acme.raw("busbar-checkpoint-v1\n" + JAR + "\n"))
                        .isGood())
                .isFalse();
    }

    @Test
    void another_key_with_the_id_of_a_trusted_one_is_rejected() {
        trusted(acme, "acme", "plugins: *");
        String forged = new TestSigner().signDigest(JAR).replaceFirst("^\\S+", acme.keyId());

        assertThat(judge(forged).reason()).startsWith("its signature is not by acme");
    }

    @Test
    void an_impossible_signature_is_rejected() {
        trusted(acme, "acme", "plugins: *");

        assertThat(judge(acme.keyId() + " " + "/".repeat(86) + "==").kind()).isEqualTo(Verdict.Kind.WRONG);
        assertThat(judge(acme.keyId() + " " + "A".repeat(86) + "==").kind()).isEqualTo(Verdict.Kind.WRONG);
    }

    @Test
    void the_reason_names_an_untrusted_key() {
        trusted(new TestSigner(), "zeta", "plugins: *");

        assertThat(judge(acme.signDigest(JAR)).reason())
                .isEqualTo(
                        "it is signed with the key " + acme.keyId() + ", which is not trusted here; have it signed by"
                                + " zeta, or put that key into " + folder.resolve("trust"));
    }

    @Test
    void a_signer_is_trusted_for_the_plugins_in_scope_only() {
        trusted(acme, "acme", "plugins: acme-*, shipping");

        assertThat(judge(acme.signDigest(JAR)).reason())
                .startsWith("it is signed by acme, who may sign acme-*, shipping and not billing");
        assertThat(trust.judge("shipping", JAR, Optional.of(acme.signDigest(JAR)))
                        .isGood())
                .isTrue();
        assertThat(trust.judge("acme-x", JAR, Optional.of(acme.signDigest(JAR))).isGood())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-06-30T23:59:59Z, true",
        "2026-07-01T00:00:00Z, false",
        "2027-01-01T00:00:00Z, false",
    })
    void a_signer_is_trusted_until_the_end_of_the_last_day(Instant now, boolean good) {
        trusted(acme, "acme", "plugins: *", "not-after: 2026-06-30");

        Verdict verdict = at(now).judge("billing", JAR, Optional.of(acme.signDigest(JAR)));

        assertThat(verdict.isGood()).isEqualTo(good);
        assertThat(verdict.reason()).contains(good ? "signed by acme" : "key expired at 2026-07-01T00:00:00Z");
    }

    @Test
    void one_valid_signature_of_several_suffices() {
        trusted(acme, "acme", "plugins: *");
        String both = new TestSigner().signDigest(JAR) + acme.signDigest(JAR);

        assertThat(judge(both).isGood()).isTrue();
    }

    @Test
    void of_two_files_for_one_key_the_matching_one_applies() {
        trusted(acme, "acme-a", "plugins: acme-a");
        trusted(acme, "acme-b", "plugins: billing");

        assertThat(judge(acme.signDigest(JAR)).reason()).isEqualTo("it is signed by acme-b");
    }

    @Test
    void a_change_by_the_operator_takes_effect_immediately() throws Exception {
        String before = trust.fingerprint();
        assertThat(judge(acme.signDigest(JAR)).isGood()).isFalse();

        trusted(acme, "acme", "plugins: *");

        assertThat(trust.fingerprint()).isNotEqualTo(before);
        assertThat(judge(acme.signDigest(JAR)).isGood()).isTrue();
        Files.delete(folder.resolve("trust/acme.pem"));
        assertThat(trust.fingerprint()).isEqualTo(before);
        assertThat(judge(acme.signDigest(JAR)).isGood()).isFalse();
    }

    @Test
    void a_single_file_can_replace_the_folder() {
        Path file = acme.trustedIn(folder, "acme", "plugins: *");
        TrustSettings one = new TrustSettings(
                TrustSettings.Policy.REQUIRE, file, folder.resolve("none"), folder.resolve("known"), List.of());

        assertThat(new Trust(one, Clock.systemUTC())
                        .judge("billing", JAR, Optional.of(acme.signDigest(JAR)))
                        .isGood())
                .isTrue();
    }

    @Test
    void an_invalid_file_is_ignored_and_the_others_are_read() throws Exception {
        trusted(acme, "acme", "plugins: *");
        Path bad = Files.writeString(folder.resolve("trust/bad.pem"), "no key");
        Files.writeString(folder.resolve("trust/README"), "no key either, and no signer");

        assertThat(judge(acme.signDigest(JAR)).isGood()).isTrue();
        assertThat(Trust.faults(settings())).containsOnlyKeys(bad);
        assertThat(Trust.faults(settings()).get(bad)).startsWith("one public key as PEM");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "0123456789abcdef",
                "0123456789ABCDEF SIG",
                "0123456789abcdef  SIG",
                "0123456789abcdef SIG more",
                "# by acme\n0123456789abcdef SIG",
                "0123456789abcdef SIG\n\n0123456789abcdef SIG",
            })
    void a_malformed_signature_is_rejected(String text) {
        trusted(acme, "acme", "plugins: *");

        Verdict verdict = judge(text.replace("SIG", "A".repeat(86) + "=="));

        assertThat(verdict.kind()).isEqualTo(Verdict.Kind.WRONG);
        assertThat(verdict.reason())
                .startsWith("its signature cannot be read: it")
                .endsWith("; sign the jar again");
    }

    @Test
    void a_huge_signature_is_not_read() {
        assertThat(judge("x".repeat(5_000)).reason()).contains("more than 4096 characters");
        assertThat(judge(acme.signDigest(JAR).repeat(17)).reason()).contains("17 lines");
    }

    @Test
    void a_bundled_jar_needs_no_signature() throws Exception {
        Files.writeString(folder.resolve("SHA256SUMS"), JAR + "  hello.jar\n" + OTHER + " *turbo.jar\n");

        assertThat(trust.judge("billing", JAR, Optional.empty()).kind()).isEqualTo(Verdict.Kind.BUNDLED);
        assertThat(trust.judge("billing", JAR, Optional.of("nonsense")).isGood())
                .isTrue();
        assertThat(trust.isBundled(OTHER)).isTrue();
        assertThat(trust.isBundled("0".repeat(64))).isFalse();
    }

    @Test
    void a_jar_of_an_earlier_distribution_stays_bundled() throws Exception {
        Path list = Files.writeString(folder.resolve("SHA256SUMS"), JAR + "  hello.jar\n");
        at(NOON);
        Files.writeString(list, OTHER + "  hello.jar\n");

        assertThat(trust.isBundled(JAR)).isTrue();
        assertThat(trust.isBundled(OTHER)).isTrue();
        Files.delete(list);
        assertThat(at(NOON).isBundled(JAR)).isTrue();
        assertThat(at(NOON).isBundled(OTHER)).isTrue();
    }

    @Test
    void a_memory_of_bundled_jars_that_is_damaged_is_reported_and_kept() throws Exception {
        Files.writeString(folder.resolve("SHA256SUMS"), OTHER + "  hello.jar\n");
        Path memory = Files.writeString(folder.resolve("bundled.sha256"), JAR + "\n");

        assertThat(at(NOON).isBundled(JAR)).isFalse();
        assertThat(at(NOON).isBundled(OTHER)).isTrue();
        assertThat(memory).hasContent(JAR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello.jar", "ABC  hello.jar", "\n", "0123  x.jar"})
    void an_invalid_list_counts_as_empty_and_is_reported(String line) throws Exception {
        Files.writeString(folder.resolve("SHA256SUMS"), JAR + "  hello.jar\n" + line + "\n");

        assertThat(trust.isBundled(JAR)).isFalse();
        assertThat(Trust.faults(settings()).get(folder.resolve("SHA256SUMS"))).contains("line 2 is not one");
    }

    @Test
    void an_operator_approves_public_routes_by_plugin_id() {
        Trust some = new Trust(settings("hello", "acme-*"), Clock.systemUTC());

        assertThat(some.mayBePublic("hello")).isTrue();
        assertThat(some.mayBePublic("acme-x")).isTrue();
        assertThat(some.mayBePublic("billing")).isFalse();
    }
}
