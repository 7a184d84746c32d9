package dev.busbar.host.trust;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Ed25519 signatures (RFC 8032) by the JDK, over a message with a domain prefix of its own:
 * {@code busbar-plugin-v1}, a line feed, the SHA-256 of the jar in 64 lower case hexadecimal digits, a line feed.
 * Stateless.
 */
final class Ed25519 {
    private static final String ALGORITHM = "Ed25519";
    private static final String DOMAIN = "busbar-plugin-v1\n";
    private static final int KEY_ID_DIGITS = 16;

    private Ed25519() {}

    /** @throws GeneralSecurityException if it is not an Ed25519 key in X.509 form */
    static PublicKey publicKey(byte[] x509) throws GeneralSecurityException {
        return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(x509));
    }

    /** @throws GeneralSecurityException if it is not an Ed25519 key in PKCS #8 form */
    static PrivateKey privateKey(byte[] pkcs8) throws GeneralSecurityException {
        return KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    /** The id of a key: the first 16 hexadecimal digits of the SHA-256 of its X.509 form. */
    static String keyId(PublicKey key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            return HexFormat.of().formatHex(digest).substring(0, KEY_ID_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] message(String sha256) {
        return (DOMAIN + sha256 + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether a Base64 signature over a jar's digest verifies with this key. */
    static boolean verifies(PublicKey key, String sha256, String base64) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(key);
            signature.update(message(sha256));
            return signature.verify(Base64.getDecoder().decode(base64));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false; // the JDK throws for some invalid signatures
        }
    }

    /** The signature over a jar's digest, in Base64. */
    static String sign(PrivateKey key, String sha256) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(ALGORITHM);
        signature.initSign(key);
        signature.update(message(sha256));
        return Base64.getEncoder().encodeToString(signature.sign());
    }
}
