package dev.busbar.host.jwt;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EllipticCurve;
import java.security.spec.RSAPublicKeySpec;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a key of a published set (RFC 7517) that verifies signatures: its use, algorithm, strength and form are checked.
 * Stateless.
 */
final class Jwk {
    private static final int MIN_RSA_BITS = 2048;
    private static final int MAX_RSA_BITS = 8192;
    /** RSA keys of a flawed generator (CVE-2017-15361) are powers of 65537 modulo each of these primes. */
    private static final int[] PRIMES = {
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109,
        113, 127, 131, 137, 139, 149, 151, 157, 163, 167
    };

    private static final Map<String, String> CURVES =
            Map.of("P-256", "secp256r1", "P-384", "secp384r1", "P-521", "secp521r1");

    private Jwk() {}

    /**
     * Reads a key.
     *
     * @param element the element of a set
     * @param accepted the accepted algorithms; a key without {@code alg} is accepted if exactly one of them fits
     * @throws IllegalArgumentException with the reason why the key is rejected
     */
    static VerificationKey read(@Nullable Object element, Set<Algorithm> accepted, Clock clock) {
        if (!(element instanceof Map<?, ?> jwk)) {
            throw new IllegalArgumentException("it is not an object");
        }
        String id = text(jwk, "kid");
        require(VerifiedToken.isName(id), "its kid is not a plain name");
        require(!jwk.containsKey("use") || "sig".equals(jwk.get("use")), "its use is not sig");
        require(
                !jwk.containsKey("key_ops")
                        || (jwk.get("key_ops") instanceof List<?> operations && operations.contains("verify")),
                "its key_ops do not hold verify");
        Algorithm algorithm = algorithm(jwk, accepted);
        require(algorithm.keyType().equals(jwk.get("kty")), "its kty is not that of its alg");
        PublicKey key = algorithm.keyType().equals("RSA") ? rsa(jwk) : elliptic(jwk, algorithm);
        return new VerificationKey(id, algorithm, key, clock);
    }

    /** True for a key with its private part, which must not be published. */
    static boolean isSecret(@Nullable Object element) {
        return element instanceof Map<?, ?> jwk && (jwk.containsKey("d") || jwk.containsKey("k"));
    }

    private static Algorithm algorithm(Map<?, ?> jwk, Set<Algorithm> accepted) {
        if (jwk.containsKey("alg")) {
            Optional<Algorithm> named = Algorithm.named(text(jwk, "alg")).filter(accepted::contains);
            return named.orElseThrow(() -> new IllegalArgumentException("its alg is not accepted"));
        }
        List<Algorithm> fitting = accepted.stream()
                .filter(one -> one.keyType().equals(jwk.get("kty")))
                .filter(one -> one.curve().isEmpty() || one.curve().equals(jwk.get("crv")))
                .toList();
        require(fitting.size() == 1, "it names no alg, and not exactly one accepted algorithm fits");
        return fitting.get(0);
    }

    private static PublicKey rsa(Map<?, ?> jwk) {
        BigInteger modulus = number(jwk, "n");
        BigInteger exponent = number(jwk, "e");
        require(modulus.bitLength() >= MIN_RSA_BITS && modulus.bitLength() <= MAX_RSA_BITS, "its size");
        require(
                modulus.testBit(0)
                        && exponent.testBit(0)
                        && exponent.compareTo(BigInteger.ONE) > 0
                        && exponent.bitLength() <= 64,
                "its modulus or exponent");
        require(!isOfFlawedGenerator(modulus), "it was made by a generator whose keys can be factored (ROCA)");
        return key("RSA", factory -> factory.generatePublic(new RSAPublicKeySpec(modulus, exponent)));
    }

    private static boolean isOfFlawedGenerator(BigInteger modulus) {
        for (int prime : PRIMES) {
            int rest = modulus.mod(BigInteger.valueOf(prime)).intValueExact();
            int power = 1;
            boolean found = false;
            for (int i = 0; i < prime && !found; i++) {
                found = power == rest;
                power = power * (65_537 % prime) % prime;
            }
            if (!found) {
                return false;
            }
        }
        return true;
    }

    private static PublicKey elliptic(Map<?, ?> jwk, Algorithm algorithm) {
        require(algorithm.curve().equals(jwk.get("crv")), "its crv is not that of its alg");
        BigInteger x = number(jwk, "x");
        BigInteger y = number(jwk, "y");
        return key("EC", factory -> {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec(CURVES.get(algorithm.curve())));
            ECParameterSpec curve = parameters.getParameterSpec(ECParameterSpec.class);
            require(isOn(curve.getCurve(), x, y), "its point is not on its curve");
            return factory.generatePublic(new ECPublicKeySpec(new ECPoint(x, y), curve));
        });
    }

    /** True for a point on the curve. The curves have prime order, so every finite point has that order. */
    private static boolean isOn(EllipticCurve curve, BigInteger x, BigInteger y) {
        BigInteger p = ((ECFieldFp) curve.getField()).getP();
        BigInteger right =
                x.modPow(BigInteger.valueOf(3), p).add(curve.getA().multiply(x)).add(curve.getB());
        return x.compareTo(p) < 0
                && y.compareTo(p) < 0
                && y.multiply(y).subtract(right).mod(p).signum() == 0;
    }

    @FunctionalInterface
    private interface FactoryCall {
        PublicKey by(KeyFactory factory) throws GeneralSecurityException;
    }

    private static PublicKey key(String type, FactoryCall call) {
        try {
            return call.by(KeyFactory.getInstance(type));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("it is not a key", e);
        }
    }

    private static BigInteger number(Map<?, ?> jwk, String member) {
        String text = text(jwk, member);
        require(text.matches("[A-Za-z0-9_-]+"), "its member " + member);
        return new BigInteger(1, Base64.getUrlDecoder().decode(text));
    }

    private static String text(Map<?, ?> jwk, String member) {
        @Nullable Object value = jwk.get(member);
        if (value instanceof String text && !text.isEmpty() && text.length() <= 4096) {
            return text;
        }
        throw new IllegalArgumentException("its member " + member + " is missing or is not text");
    }

    private static void require(boolean condition, String fault) {
        if (!condition) {
            throw new IllegalArgumentException(fault);
        }
    }
}
