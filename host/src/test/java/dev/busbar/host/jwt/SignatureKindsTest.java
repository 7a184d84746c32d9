package dev.busbar.host.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Clock;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Signatures of the kinds that C2SP Wycheproof tests for JSON Web Signature, made here with keys of our own, so that
 * they run from a checkout alone: modified, missing and padded signatures, other primitives than the key's, PKCS #1
 * paddings that only a lenient reader takes, ECDSA numbers at their bounds, keys for another use. {@link WycheproofTest}
 * runs the published vectors where they are.
 */
class SignatureKindsTest {
    private static final String PAYLOAD = "{\"sub\":\"ada\"}";
    private static final KeyPair P384 = ec("secp384r1");
    private static final KeyPair P521 = ec("secp521r1");
    /** The order of P-256. */
    private static final BigInteger N =
            ((ECPublicKey) Forge.EC.getPublic()).getParams().getOrder();
    /** The ASN.1 that stands before a SHA-256 hash (RFC 8017 section 9.2, note 1). */
    private static final byte[] SHA256_INFO = bytes(
            0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04,
            0x20);

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static KeyPair ec(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair pairFor(Algorithm algorithm) {
        return switch (algorithm) {
            case ES256 -> Forge.EC;
            case ES384 -> P384;
            case ES512 -> P521;
            default -> Forge.RSA;
        };
    }

    private static String input(Algorithm algorithm) {
        return Forge.part("{\"alg\":\"" + algorithm + "\",\"kid\":\"k\"}") + "." + Forge.part(PAYLOAD);
    }

    /** Signs as RFC 7518 section 3 says, with any key. */
    private static byte[] sign(Algorithm algorithm, PrivateKey key, String input) {
        int bits = Integer.parseInt(algorithm.name().substring(2));
        try {
            Signature signer;
            if (algorithm.name().startsWith("PS")) {
                signer = Signature.getInstance("RSASSA-PSS");
                signer.setParameter(
                        new PSSParameterSpec("SHA-" + bits, "MGF1", new MGF1ParameterSpec("SHA-" + bits), bits / 8, 1));
            } else {
                String kind = algorithm.name().startsWith("ES") ? "ECDSAinP1363Format" : "RSA";
                signer = Signature.getInstance("SHA" + bits + "with" + kind);
            }
            signer.initSign(key);
            signer.update(input.getBytes(UTF_8));
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] signature(Algorithm algorithm) {
        return sign(algorithm, pairFor(algorithm).getPrivate(), input(algorithm));
    }

    private static String token(Algorithm algorithm, byte[] signature) {
        return input(algorithm) + "." + Forge.encode(signature);
    }

    private static String token(Algorithm algorithm) {
        return token(algorithm, signature(algorithm));
    }

    /** The key as an issuer publishes it, with more members. */
    private static String jwk(Algorithm algorithm, String more) {
        String start = "{\"kid\":\"k\",\"alg\":\"" + algorithm + "\"" + more;
        if (pairFor(algorithm).getPublic() instanceof RSAPublicKey rsa) {
            return start + ",\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"" + Forge.base64Url(rsa.getModulus()) + "\"}";
        }
        ECPublicKey key = (ECPublicKey) pairFor(algorithm).getPublic();
        int size = (key.getParams().getCurve().getField().getFieldSize() + 7) / 8;
        return start + ",\"kty\":\"EC\",\"crv\":\"" + algorithm.curve() + "\",\"x\":\""
                + Forge.encode(fixed(key.getW().getAffineX(), size)) + "\",\"y\":\""
                + Forge.encode(fixed(key.getW().getAffineY(), size)) + "\"}";
    }

    /** A number as octets of a fixed size. */
    private static byte[] fixed(BigInteger number, int size) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[size];
        int from = Math.max(0, bytes.length - size);
        System.arraycopy(bytes, from, fixed, size - (bytes.length - from), bytes.length - from);
        return fixed;
    }

    private static boolean verifies(String token, String jwk) {
        try {
            CompactForm form = CompactForm.read(token);
            byte[] set = ("{\"keys\":[" + jwk + "]}").getBytes(UTF_8);
            KeySet.read(set, EnumSet.allOf(Algorithm.class), Clock.systemUTC())
                    .find("k")
                    .orElseThrow(() -> InvalidTokenException.because("no key"))
                    .verify(form);
            return true;
        } catch (InvalidTokenException | IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean verifies(Algorithm algorithm, String token) {
        return verifies(token, jwk(algorithm, ""));
    }

    @ParameterizedTest
    @EnumSource
    void a_signature_of_each_algorithm_verifies(Algorithm algorithm) {
        assertThat(verifies(algorithm, token(algorithm))).isTrue();
        assertThat(verifies(token(algorithm), jwk(algorithm, ",\"use\":\"sig\",\"key_ops\":[\"verify\"]")))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void a_modified_signature_of_each_algorithm_is_rejected(Algorithm algorithm) {
        byte[] signature = signature(algorithm);

        for (int at : new int[] {0, signature.length / 2, signature.length - 1}) {
            byte[] modified = signature.clone();
            modified[at] ^= 1;
            assertThat(verifies(algorithm, token(algorithm, modified)))
                    .as("octet %d", at)
                    .isFalse();
        }
        assertThat(verifies(algorithm, token(algorithm, Arrays.copyOf(signature, signature.length - 1))))
                .as("one octet shorter")
                .isFalse();
        assertThat(verifies(algorithm, token(algorithm, Arrays.copyOf(signature, signature.length + 1))))
                .as("one octet longer")
                .isFalse();
        assertThat(verifies(algorithm, input(algorithm) + ".")).as("missing").isFalse();
        assertThat(verifies(algorithm, input(algorithm)))
                .as("missing with its separator")
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void a_signature_of_another_algorithm_than_the_key_says_is_rejected(Algorithm keys) {
        for (Algorithm other : Algorithm.values()) {
            if (other != keys && pairFor(other) == pairFor(keys)) {
                assertThat(verifies(keys, token(other))).as(other.name()).isFalse();
                assertThat(verifies(keys, token(keys, sign(other, pairFor(keys).getPrivate(), input(keys)))))
                        .as("%s under the name of %s", other, keys)
                        .isFalse();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_key_for_another_use_is_rejected(Algorithm algorithm) {
        assertThat(verifies(token(algorithm), jwk(algorithm, ",\"use\":\"enc\"")))
                .isFalse();
        assertThat(verifies(token(algorithm), jwk(algorithm, ",\"key_ops\":[\"encrypt\"]")))
                .isFalse();
    }

    static Stream<Arguments> paddings() throws GeneralSecurityException {
        byte[] hash = MessageDigest.getInstance("SHA-256")
                .digest(input(Algorithm.RS256).getBytes(UTF_8));
        byte[] info = join(SHA256_INFO, hash);
        byte[] good = padded(1, 0xff, info);
        byte[] zeroInside = good.clone();
        zeroInside[10] = 0;
        byte[] noSeparator = good.clone();
        noSeparator[256 - info.length - 1] = (byte) 0xff;
        byte[] early = join(padded(1, 0xff, info), new byte[0]);
        byte[] trailing = new byte[256];
        byte[] shortPadding = join(bytes(0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0), info);
        System.arraycopy(shortPadding, 0, trailing, 0, shortPadding.length);
        early[0] = 1;
        byte[] otherHash = join(SHA256_INFO, hash);
        otherHash[otherHash.length - 1] ^= 1;
        return Stream.of(
                argumentSet("block type 0", padded(0, 0, info)),
                argumentSet("block type 2", padded(2, 0xff, info)),
                argumentSet("padding of other octets than 0xff", padded(1, 0xfe, info)),
                argumentSet("a zero within the padding", zeroInside),
                argumentSet("no separator", noSeparator),
                argumentSet("first octet not zero", early),
                argumentSet("eight octets of padding and garbage behind the hash", trailing),
                argumentSet("no ASN.1 before the hash", padded(1, 0xff, hash)),
                argumentSet("another hash", padded(1, 0xff, otherHash)),
                argumentSet("an octet behind the hash", padded(1, 0xff, join(info, new byte[1]))));
    }

    private static byte[] padded(int type, int filling, byte[] info) {
        byte[] block = new byte[256];
        Arrays.fill(block, (byte) filling);
        block[0] = 0;
        block[1] = (byte) type;
        block[256 - info.length - 1] = 0;
        System.arraycopy(info, 0, block, 256 - info.length, info.length);
        return block;
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** The private operation of RSA without any padding of its own. */
    private static byte[] raw(byte[] block) {
        RSAPrivateKey key = (RSAPrivateKey) Forge.RSA.getPrivate();
        return fixed(new BigInteger(1, block).modPow(key.getPrivateExponent(), key.getModulus()), 256);
    }

    @ParameterizedTest
    @MethodSource("paddings")
    void a_modified_pkcs1_padding_is_rejected(byte[] block) {
        assertThat(verifies(Algorithm.RS256, token(Algorithm.RS256, raw(block))))
                .isFalse();
    }

    @Test
    void the_unmodified_pkcs1_padding_verifies() throws GeneralSecurityException {
        byte[] hash = MessageDigest.getInstance("SHA-256")
                .digest(input(Algorithm.RS256).getBytes(UTF_8));

        byte[] signature = raw(padded(1, 0xff, join(SHA256_INFO, hash)));

        assertThat(verifies(Algorithm.RS256, token(Algorithm.RS256, signature))).isTrue();
    }

    static Stream<Arguments> numbers() {
        byte[] good = signature(Algorithm.ES256);
        BigInteger r = new BigInteger(1, Arrays.copyOfRange(good, 0, 32));
        BigInteger s = new BigInteger(1, Arrays.copyOfRange(good, 32, 64));
        BigInteger p = N.add(BigInteger.ONE.shiftLeft(200));
        return Stream.of(
                argumentSet("r is 0", pair(BigInteger.ZERO, s)),
                argumentSet("s is 0", pair(r, BigInteger.ZERO)),
                argumentSet("both are 0", pair(BigInteger.ZERO, BigInteger.ZERO)),
                argumentSet("both are 1", pair(BigInteger.ONE, BigInteger.ONE)),
                argumentSet("r is the order", pair(N, s)),
                argumentSet("s is the order", pair(r, N)),
                argumentSet("both are the order", pair(N, N)),
                argumentSet("r is above the order", pair(p, s)),
                argumentSet("s is above the order", pair(r, p)),
                argumentSet("r and s are exchanged", pair(s, r)),
                argumentSet("r is all ones", pair(BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE), s)),
                argumentSet(
                        "a zero before each",
                        join(
                                join(new byte[1], Arrays.copyOfRange(good, 0, 32)),
                                join(new byte[1], Arrays.copyOfRange(good, 32, 64)))),
                argumentSet("zeros behind", join(good, new byte[2])));
    }

    private static byte[] pair(BigInteger r, BigInteger s) {
        return join(fixed(r, 32), fixed(s, 32));
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void an_ecdsa_signature_out_of_bounds_is_rejected(byte[] signature) {
        assertThat(verifies(Algorithm.ES256, token(Algorithm.ES256, signature))).isFalse();
    }
}
