package dev.busbar.host.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.testing.TestCertificate;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms in which tools write private keys, and the pair of files. */
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
    void the_common_envelope_is_read_for_both_algorithms() throws Exception {
        PrivateKey rsa = pair("RSA", 2048).getPrivate();
        PrivateKey ec = pair("EC", 256).getPrivate();

        assertThat(parse("PRIVATE KEY", rsa.getEncoded())).isEqualTo(rsa);
        assertThat(((ECPrivateKey) parse("PRIVATE KEY", ec.getEncoded())).getS())
                .isEqualTo(((ECPrivateKey) ec).getS());
    }

    @Test
    void an_rsa_key_without_envelope_is_read() throws Exception {
        RSAPrivateKey key = (RSAPrivateKey) pair("RSA", 2048).getPrivate();
        byte[] bare = Arrays.copyOfRange(key.getEncoded(), 26, key.getEncoded().length);

        assertThat(((RSAPrivateKey) parse("RSA PRIVATE KEY", bare)).getPrivateExponent())
                .isEqualTo(key.getPrivateExponent());
    }

    @Test
    void an_ec_key_without_envelope_is_read_behind_its_parameters_too() throws Exception {
        ECPrivateKey key = (ECPrivateKey) pair("EC", 256).getPrivate();
        byte[] number = new byte[32];
        byte[] s = key.getS().toByteArray();
        int length = Math.min(32, s.length);
        System.arraycopy(s, s.length - length, number, 32 - length, length);
        byte[] curve = {6, 8, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 3, 1, 7};
        ByteArrayOutputStream bare = new ByteArrayOutputStream();
        bare.writeBytes(new byte[] {0x30, 49, 2, 1, 1, 4, 32});
        bare.writeBytes(number);
        bare.writeBytes(new byte[] {(byte) 0xa0, 10});
        bare.writeBytes(curve);
        String pem =
                TestCertificate.pem("EC PARAMETERS", curve) + TestCertificate.pem("EC PRIVATE KEY", bare.toByteArray());

        assertThat(((ECPrivateKey) PrivateKeyPem.parse(pem.getBytes(US_ASCII))).getS())
                .isEqualTo(key.getS());
    }

    @ParameterizedTest
    @ValueSource(strings = {"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "PUBLIC KEY"})
    void what_is_no_key_is_refused(String kind) {
        for (byte[] der : new byte[][] {{}, {0x30}, {0x30, 3, 2, 1, 1}, {0x30, (byte) 0x84, 127, 127, 127, 127}}) {
            assertThatThrownBy(() -> parse(kind, der))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("an unencrypted private key of RSA or EC in PEM");
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
