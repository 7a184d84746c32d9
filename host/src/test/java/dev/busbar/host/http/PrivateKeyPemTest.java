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
import java.util.Arrays;
import java.util.HexFormat;
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

    @Test
    void pkcs1_is_read_as_openssl_and_go_write_it() throws Exception {
        PrivateKey rsa = pair("RSA", 2048).getPrivate();
        byte[] pkcs8 = rsa.getEncoded();

        assertThat(parse("RSA PRIVATE KEY", Arrays.copyOfRange(pkcs8, 26, pkcs8.length)))
                .isEqualTo(rsa);
    }

    @Test
    void sec1_is_read_with_and_without_its_public_key_and_with_the_curve_before_it() throws Exception {
        for (String curve : List.of("06082a8648ce3d030107", "06052b81040022")) { // P-256, P-384
            KeyPair pair = pair("EC", curve.length() > 16 ? 256 : 384);
            ECPrivateKey ec = (ECPrivateKey) pair.getPrivate();
            int size = curve.length() > 16 ? 32 : 48;
            String secret = "020101" + String.format("04%02x%0" + 2 * size + "x", size, ec.getS());
            String named = tagged("a0", curve);
            byte[] spki = pair.getPublic().getEncoded();
            String open = HexFormat.of().formatHex(Arrays.copyOfRange(spki, spki.length - 2 * size - 1, spki.length));
            String publicKey = tagged("a1", tagged("03", "00" + open));

            for (String sec1 : List.of(secret + named + publicKey, secret + named)) {
                assertThat(((ECPrivateKey) parse("EC PRIVATE KEY", der(tagged("30", sec1)))).getS())
                        .isEqualTo(ec.getS());
            }
            String file = TestCertificate.pem("EC PARAMETERS", der(curve))
                    + TestCertificate.pem("EC PRIVATE KEY", der(tagged("30", secret)));
            assertThat(((ECPrivateKey) PrivateKeyPem.parse(file.getBytes(US_ASCII))).getS())
                    .isEqualTo(ec.getS());
        }
    }

    private static String tagged(String tag, String content) {
        int size = content.length() / 2;
        return tag + (size < 0x80 ? "" : "81") + String.format("%02x", size) + content;
    }

    private static byte[] der(String hexadecimal) {
        return HexFormat.of().parseHex(hexadecimal);
    }

    @Test
    void certificate_and_key_may_be_in_one_file_in_either_order() throws Exception {
        TestCertificate made = TestCertificate.make(folder, "EC");
        String certificate =
                TestCertificate.pem("CERTIFICATE", made.certificate().getEncoded());
        String key = TestCertificate.pem("PRIVATE KEY", made.key().getEncoded());

        for (String text : List.of(certificate + key, key + certificate, "\ufeff" + key + certificate)) {
            Path file = Files.writeString(folder.resolve("both.pem"), text);
            HttpSettings.Tls files = new HttpSettings.Tls(file, file);
            assertThat(CertificateFiles.check(files)).isEmpty();
            assertThat(CertificateFiles.read(files).store("x").getCertificate("busbar"))
                    .isEqualTo(made.certificate());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ENCRYPTED PRIVATE KEY", "DSA PRIVATE KEY"})
    void another_form_is_refused_with_the_command_that_converts_it(String kind) throws Exception {
        byte[] der = pair("EC", 256).getPrivate().getEncoded();

        assertThatThrownBy(() -> parse(kind, der))
                .hasMessageStartingWith("an unencrypted RSA or EC private key in PEM; convert this " + kind)
                .hasMessageEndingWith("with: openssl pkcs8 -topk8 -nocrypt -in old.key -out new.key");
    }

    @Test
    void what_openssl_has_made_is_read() throws Exception {
        Path old = folder.resolve("old.key");
        assumeTrue(openssl("ecparam", "-genkey", "-name", "prime256v1", "-out", old.toString()), "no OpenSSL");
        assertThat(PrivateKeyPem.parse(Files.readAllBytes(old))).isInstanceOf(ECPrivateKey.class);

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
