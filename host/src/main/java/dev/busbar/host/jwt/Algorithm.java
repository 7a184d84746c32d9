package dev.busbar.host.jwt;

import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.SecureDigestAlgorithm;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Signature algorithms that are accepted: RSA and ECDSA (RFC 7518 section 3.1). Shared secrets are not, so a public key can
 * never be used as one; nor is Ed25519, whose verification takes the JDK two milliseconds.
 */
public enum Algorithm {
    /** RSASSA-PKCS1-v1_5 with SHA-256; the algorithm of the host's own tokens. */
    RS256("RSA", ""),
    /** RSASSA-PKCS1-v1_5 with SHA-384. */
    RS384("RSA", ""),
    /** RSASSA-PKCS1-v1_5 with SHA-512. */
    RS512("RSA", ""),
    /** RSASSA-PSS with SHA-256. */
    PS256("RSA", ""),
    /** RSASSA-PSS with SHA-384. */
    PS384("RSA", ""),
    /** RSASSA-PSS with SHA-512. */
    PS512("RSA", ""),
    /** ECDSA on P-256. */
    ES256("EC", "P-256"),
    /** ECDSA on P-384. */
    ES384("EC", "P-384"),
    /** ECDSA on P-521. */
    ES512("EC", "P-521");

    private static final Map<String, Algorithm> NAMED =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Algorithm::name, Function.identity()));

    private final String keyType;
    private final String curve;

    Algorithm(String keyType, String curve) {
        this.keyType = keyType;
        this.curve = curve;
    }

    /** The algorithm of an exact name; names are case-sensitive (RFC 7515 section 4.1.1). */
    public static Optional<Algorithm> named(String name) {
        return Optional.ofNullable(NAMED.get(name));
    }

    /** The {@code kty} of its keys. */
    String keyType() {
        return keyType;
    }

    /** The {@code crv} of its keys; empty for RSA. */
    String curve() {
        return curve;
    }

    SecureDigestAlgorithm<?, ?> signature() {
        return Jwts.SIG.get().forKey(name());
    }

    boolean fits(PublicKey key) {
        return keyType.equals("RSA") ? key instanceof RSAPublicKey : key instanceof ECPublicKey;
    }
}
