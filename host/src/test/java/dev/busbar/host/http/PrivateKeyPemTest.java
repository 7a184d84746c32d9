package dev.busbar.host.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.busbar.host.testing.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The form of private keys that is read, and the pair of files. */
final class PrivateKeyPemTest {
    @TempDir
    Path folder;

    private static KeyPair pair(String algorithm, int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    private static PrivateKey parse(String kind, byte[] der) {
        return PrivateKeyPem.parse(TestCertificate.pem(kind, der).getBytes(US_ASCII));
    }

    @Test
    void pkcs8_is_read_for_both_algorithms() throws Exception {
        PrivateKey rsa = pair("RSA", 2048).getPrivate();
        PrivateKey ec = pair("EC", 256).getPrivate();

        assertThat(parse("PRIVATE KEY", rsa.getEncoded())).isEqualTo(rsa);
        assertThat(((ECPrivateKey) parse("PRIVATE KEY", ec.getEncoded())).getS())
                .isEqualTo(((ECPrivateKey) ec).getS());
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"})
    void another_form_is_refused_with_the_command_that_converts_it(String kind) throws Exception {
        byte[] der = pair("EC", 256).getPrivate().getEncoded();

        assertThatThrownBy(() -> parse(kind, der))
                .hasMessageStartingWith("an unencrypted RSA or EC private key in PEM, as PKCS#8; convert this " + kind)
                .hasMessageEndingWith("with: openssl pkcs8 -topk8 -nocrypt -in old.key -out new.key");
    }

    @Test
    void the_command_of_the_refusal_converts_what_openssl_has_made() throws Exception {
        Path old = folder.resolve("old.key");
        assumeTrue(openssl("ecparam", "-genkey", "-name", "prime256v1", "-out", old.toString()), "no OpenSSL");
        assertThatThrownBy(() -> PrivateKeyPem.parse(Files.readAllBytes(old))).hasMessageContaining("openssl pkcs8");

        Path key = folder.resolve("new.key");
        assertThat(openssl("pkcs8", "-topk8", "-nocrypt", "-in", old.toString(), "-out", key.toString()))
                .isTrue();

        assertThat(PrivateKeyPem.parse(Files.readAllBytes(key))).isInstanceOf(ECPrivateKey.class);
    }

    private boolean openssl(String... arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("openssl.log").toFile())
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException notInstalled) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "PUBLIC KEY"})
    void what_is_no_key_is_refused(String kind) {
        for (byte[] der : new byte[][] {{}, {0x30}, {0x30, 3, 2, 1, 1}, {0x30, (byte) 0x84, 127, 127, 127, 127}}) {
            assertThatThrownBy(() -> parse(kind, der))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("an unencrypted RSA or EC private key in PEM");
        }
    }

    @Test
    void a_pair_that_does_not_belong_together_is_refused() throws Exception {
        TestCertificate first = TestCertificate.make(folder, "RSA");
        Path chain = folder.resolve("chain.pem");
        Path key = folder.resolve("key.pem");
        first.writeCertificate(chain);
        first.writeKey(key);
        HttpSettings.Tls files = new HttpSettings.Tls(chain, key);
        assertThat(CertificateFiles.check(files)).isEmpty();

        for (KeyPair other : new KeyPair[] {pair("RSA", 2048), pair("EC", 256)}) {
            Files.writeString(
                    key, TestCertificate.pem("PRIVATE KEY", other.getPrivate().getEncoded()));
            assertThat(CertificateFiles.check(files))
                    .isEqualTo(Map.of("key", "the private key of the first certificate in tls.certificate"));
        }
        Files.delete(chain);
        assertThat(CertificateFiles.check(files)).containsOnlyKeys("certificate");
    }
}
