package dev.busbar.host.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.testing.TestSigner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signer files and their patterns of plugin ids. */
final class SignerFileTest {
    private final TestSigner acme = new TestSigner();

    @Test
    void a_file_names_the_signer_the_plugins_and_the_expiry() {
        Signer signer = SignerFile.parse(acme.file(
                "plugins: acme-*, billing", "", "not-after: 2026-01-31T10:00:00Z", "name: Acme Ltd: plugins"));

        assertThat(signer.name()).isEqualTo("Acme Ltd: plugins");
        assertThat(signer.scope()).isEqualTo("acme-*, billing");
        assertThat(signer.notAfter()).hasValue(Instant.parse("2026-01-31T10:00:00Z"));
        assertThat(signer.keyId()).isEqualTo(acme.keyId());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name: Acme",
                "plugins: *",
                "name:\nplugins: *",
                "name: Acme\nplugins:",
                "name: Acme\nplugins: *,",
                "name: Acme\nplugins: Billing",
                "name: Acme\nplugins: ../*",
                "name: Acme\nplugins: *\nplugins: billing",
                "name: Acme\nplugins: *\nnot-after: soon",
                "name: Acme\nplugins: *\nnot-after: 2026-02-30",
                "name: Acme\nplugins: *\nnot-before: 2026-01-01",
                "name: Acme\nplugins: *\njust a word",
                "name: Acme\nplugins: *\n-----BEGIN PRIVATE KEY-----",
            })
    void any_other_content_is_rejected(String lines) {
        assertThatThrownBy(() -> SignerFile.parse(acme.file(lines))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_file_needs_one_key_and_nothing_after_it() {
        String good = acme.file("name: Acme", "plugins: *");

        assertThatThrownBy(() -> SignerFile.parse("name: Acme\nplugins: *")).hasMessageContaining("one public key");
        assertThatThrownBy(() -> SignerFile.parse(good + good)).hasMessageContaining("one public key");
        assertThatThrownBy(() -> SignerFile.parse(good.replace("END PUBLIC", "END")))
                .hasMessageContaining("one public");
        assertThatThrownBy(() -> SignerFile.parse(good.replace("MCow", "MCox"))).hasMessageContaining("an Ed25519");
        assertThat(SignerFile.parse(good.replace("\n", "\r\n")).name()).isEqualTo("Acme");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "X25519", "Ed448"})
    void a_key_of_another_algorithm_is_rejected(String algorithm) throws Exception {
        byte[] key = KeyPairGenerator.getInstance(algorithm)
                .generateKeyPair()
                .getPublic()
                .getEncoded();
        String file = "name: Acme\nplugins: *\n-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(key) + "\n-----END PUBLIC KEY-----\n";

        assertThatThrownBy(() -> SignerFile.parse(file)).hasMessageContaining("an Ed25519 public key");
    }

    @Test
    void a_huge_file_and_a_binary_file_are_rejected(@TempDir Path folder) throws Exception {
        Path huge = Files.writeString(folder.resolve("huge.pem"), "x".repeat(17 << 10));
        Path binary = Files.write(folder.resolve("binary.pem"), new byte[] {(byte) 0xff, 0, 1});

        assertThatThrownBy(() -> SignerFile.read(huge)).hasMessage("at most 16384 bytes");
        assertThatThrownBy(() -> SignerFile.read(binary)).hasMessage("text in UTF-8");
    }

    @ParameterizedTest
    @CsvSource({
        "*, billing, true",
        "billing, billing, true",
        "billing, billing-x, false",
        "acme-*, acme-x, true",
        "acme-*, acme-, true",
        "acme-*, xacme-x, false",
        "*-x, acme-x, true",
        "*-x, acme-xy, false",
        "a*b*c, abc, true",
        "a*b*c, axxbyyc, true",
        "a*b*c, ac, false",
        "ab*ba, aba, false",
        "a*aa*a, aaa, false",
        "a*aa*a, aaaa, true",
    })
    void a_star_matches_any_characters(String pattern, String id, boolean fits) {
        assertThat(IdPattern.of(pattern).matches(id)).isEqualTo(fits);
    }
}
