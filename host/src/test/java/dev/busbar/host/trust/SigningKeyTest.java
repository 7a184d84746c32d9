package dev.busbar.host.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.testing.TestSigner;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Key pairs generated and used without a host. */
final class SigningKeyTest {
    @TempDir
    private Path folder;

    private Path secret() {
        return folder.resolve("acme.key");
    }

    private Path signer() {
        return folder.resolve("acme.pem");
    }

    @Test
    void a_signature_by_a_new_key_is_accepted_where_it_is_trusted() throws Exception {
        SigningKey made = SigningKey.generate(secret(), signer(), "Acme Ltd", "billing, acme-*");
        Path jar = Files.write(folder.resolve("billing.jar"), new byte[] {1, 2, 3});

        String signature = SigningKey.read(secret(), signer()).sign(jar);

        TrustSettings settings = new TrustSettings(
                TrustSettings.Policy.REQUIRE, signer(), folder.resolve("none"), folder.resolve("known"), List.of());
        String sha256 = TestSigner.digest(new byte[] {1, 2, 3});
        assertThat(new Trust(settings, Clock.systemUTC()).judge("billing", sha256, Optional.of(signature)))
                .isEqualTo(new Verdict(Verdict.Kind.SIGNED, "it is signed by Acme Ltd"));
        assertThat(signature).startsWith(made.keyId() + " ").endsWith("==\n");
    }

    @Test
    void the_private_key_is_readable_by_its_owner_only() throws Exception {
        SigningKey unused = SigningKey.generate(secret(), signer(), "Acme", "*");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret())))
                .isEqualTo("rw-------");
    }

    @Test
    void existing_keys_are_not_overwritten() throws Exception {
        SigningKey unused = SigningKey.generate(secret(), signer(), "Acme", "*");
        String before = Files.readString(secret());

        assertThatThrownBy(() -> SigningKey.generate(secret(), folder.resolve("b.pem"), "Acme", "*"))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> SigningKey.generate(folder.resolve("b.key"), signer(), "Acme", "*"))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(secret()).hasContent(before);
    }

    @Test
    void an_invalid_scope_generates_no_key() {
        assertThatThrownBy(() -> SigningKey.generate(secret(), signer(), "Acme", "Billing"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SigningKey.generate(secret(), signer(), "Acme\nplugins: *", "billing"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(secret()).doesNotExist();
        assertThat(signer()).doesNotExist();
    }

    @Test
    void a_mismatched_key_pair_is_rejected() throws Exception {
        SigningKey unused = SigningKey.generate(secret(), signer(), "Acme", "*");
        Path other = new TestSigner().trustedIn(folder, "other", "plugins: *");

        assertThatThrownBy(() -> SigningKey.read(secret(), other)).hasMessageContaining("the public key of");
        assertThatThrownBy(() -> SigningKey.read(signer(), signer())).hasMessageContaining("a private key as PEM");
    }
}
