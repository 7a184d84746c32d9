package dev.busbar.host.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECPoint;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Published key sets with keys that are unusable, for others, ambiguous, or weak. */
class KeySetTest {
    private static final Set<Algorithm> BOTH = Set.of(Algorithm.RS256, Algorithm.ES256);
    private static final BigInteger MODULUS = ((RSAPublicKey) Forge.RSA.getPublic()).getModulus();
    private static final BigInteger OTHER = ((RSAPublicKey) Forge.OTHER_RSA.getPublic()).getModulus();
    private static final String GOOD = rsa("good", MODULUS);

    private static String rsa(String id, BigInteger modulus) {
        return "{\"kty\":\"RSA\",\"kid\":\"" + id + "\",\"alg\":\"RS256\",\"e\":\"AQAB\",\"n\":\""
                + Forge.base64Url(modulus) + "\"}";
    }

    private static String elliptic(String id, BigInteger x, BigInteger y) {
        return "{\"kty\":\"EC\",\"kid\":\"" + id + "\",\"alg\":\"ES256\",\"crv\":\"P-256\",\"x\":\""
                + Forge.base64Url(x) + "\",\"y\":\"" + Forge.base64Url(y) + "\"}";
    }

    private static KeySet read(String... keys) {
        byte[] set = ("{\"keys\":[" + String.join(",", keys) + "]}").getBytes(StandardCharsets.UTF_8);
        return KeySet.read(set, BOTH, Clock.systemUTC());
    }

    private static boolean isUsable(String key) {
        return read(GOOD, key).find("a").isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"kty\":\"oct\",\"kid\":\"a\",\"alg\":\"HS256\",\"k\":\"AAAA\"}",
                "{\"kty\":\"OKP\",\"kid\":\"a\",\"alg\":\"EdDSA\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"}",
                "{\"kty\":\"RSA\",\"kid\":\"a\",\"use\":\"enc\",\"alg\":\"RSA-OAEP\",\"e\":\"AQAB\",\"n\":\"AQAB\"}",
                "{\"kty\":\"of tomorrow\",\"kid\":\"a\"}",
                "{\"kid\":17}",
                "{\"kid\":\"\"}",
                "{\"kid\":\"   \"}",
                "{}",
                "null",
                "17",
                "[]"
            })
    void what_is_not_for_this_host_is_ignored_and_the_rest_is_read(String other) {
        for (KeySet set : List.of(read(other, GOOD), read(GOOD, other))) {
            assertThat(set.find("good")).isPresent();
            assertThat(set.find("a")).isEmpty();
        }
        assertThatThrownBy(() -> read(other)).hasMessage("the key set has no usable key");
    }

    @Test
    void a_published_private_key_is_not_used() {
        String secret = rsa("a", OTHER).replace("}", ",\"d\":\"AQAB\"}");

        assertThat(isUsable(rsa("a", OTHER))).isTrue();
        assertThat(isUsable(secret)).isFalse();
        for (KeySet set : List.of(
                read(GOOD, rsa("a", OTHER), secret),
                read(GOOD, secret, rsa("a", OTHER)),
                read(GOOD, rsa("a", OTHER), secret.replace("\"a\"", "\"b\"")))) {
            assertThat(set.find("a")).as("its public part neither").isEmpty();
            assertThat(set.find("good")).isPresent();
        }
    }

    @Test
    void a_key_for_another_use_or_without_an_id_is_not_used() {
        String good = rsa("a", OTHER);
        assertThat(isUsable(good.replace("}", ",\"use\":\"sig\",\"key_ops\":[\"verify\"]}")))
                .isTrue();
        for (String bad : List.of(
                good.replace("}", ",\"use\":\"enc\"}"),
                good.replace("}", ",\"key_ops\":[\"encrypt\"]}"),
                good.replace("}", ",\"key_ops\":\"verify\"}"),
                good.replace("RS256", "ES256"),
                good.replace("AQAB", "AQ"),
                good.replace("\"kid\":\"a\",", ""),
                good.replace("\"a\"", "\"" + "a".repeat(256) + "\""))) {
            assertThat(isUsable(bad)).as(bad).isFalse();
        }
    }

    @Test
    void a_key_that_contradicts_its_algorithm_or_is_not_spelt_as_one_is_not_used() {
        ECPoint point = ((ECPublicKey) Forge.EC.getPublic()).getW();
        String curve = elliptic("a", point.getAffineX(), point.getAffineY());
        String good = rsa("a", OTHER);

        assertThat(isUsable(curve)).isTrue();
        assertThat(isUsable(curve.replace("P-256", "P-384"))).isFalse();
        assertThat(isUsable(curve.replace("\"EC\"", "\"RSA\""))).isFalse();
        assertThat(isUsable(good)).isTrue();
        assertThat(isUsable(good.replace("\"RSA\"", "\"EC\""))).isFalse();
        assertThat(isUsable(good.replace("AQAB", "Aw"))).isTrue();
        assertThat(isUsable(good.replace("AQAB", "Aw=="))).isFalse();
        assertThat(read(GOOD, rsa("a\\nb", OTHER)).find("a\nb")).isEmpty();
    }

    @Test
    void of_different_keys_with_one_id_none_is_used() {
        KeySet set = read(rsa("a", MODULUS), rsa("a", OTHER), rsa("b", MODULUS), rsa("b", MODULUS));

        assertThat(set.find("a")).isEmpty();
        assertThat(set.find("b")).as("the same key twice").isPresent();
    }

    @Test
    void a_point_that_is_not_on_its_curve_is_no_key() {
        ECPublicKey key = (ECPublicKey) Forge.EC.getPublic();
        BigInteger x = key.getW().getAffineX();
        BigInteger y = key.getW().getAffineY();

        assertThat(isUsable(elliptic("a", x, y))).isTrue();
        assertThat(isUsable(elliptic("a", x, y.add(BigInteger.ONE)))).isFalse();
        assertThat(isUsable(elliptic("a", y, x))).isFalse();
        assertThat(isUsable(elliptic("a", BigInteger.ZERO, BigInteger.ZERO))).isFalse();
    }

    @Test
    void an_rsa_key_has_from_2048_to_8192_bits() {
        for (int bits : new int[] {2048, 8192}) {
            assertThat(isUsable(rsa("a", odd(bits)))).as("%s bits", bits).isTrue();
        }
        for (int bits : new int[] {512, 1024, 2047, 8193, 16_384}) {
            assertThat(isUsable(rsa("a", odd(bits)))).as("%s bits", bits).isFalse();
        }
        assertThat(isUsable(rsa("a", odd(2048).subtract(BigInteger.ONE))))
                .as("even")
                .isFalse();
    }

    private static BigInteger odd(int bits) {
        return BigInteger.ONE.shiftLeft(bits - 1).add(BigInteger.ONE);
    }

    /** CVE-2017-15361: the modulus is a power of 65537 modulo the product of many small primes. */
    @Test
    void a_key_of_the_generator_whose_keys_can_be_factored_is_not_used() {
        BigInteger product = IntStream.rangeClosed(3, 167)
                .mapToObj(BigInteger::valueOf)
                .filter(number -> number.isProbablePrime(50))
                .reduce(BigInteger.ONE, BigInteger::multiply);
        BigInteger power = BigInteger.valueOf(65_537).modPow(BigInteger.valueOf(123_456_789), product);
        BigInteger start = BigInteger.ONE.shiftLeft(2047).divide(product).add(BigInteger.ONE);
        BigInteger flawed = Optional.of(start.multiply(product).add(power))
                .filter(number -> number.testBit(0))
                .orElseGet(() -> start.add(BigInteger.ONE).multiply(product).add(power));

        assertThat(flawed.bitLength()).isEqualTo(2048);
        assertThat(isUsable(rsa("a", flawed))).isFalse();
        assertThat(isUsable(rsa("a", flawed.add(BigInteger.TWO)))).isTrue();
    }
}
