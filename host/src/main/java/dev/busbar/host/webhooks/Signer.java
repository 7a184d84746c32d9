package dev.busbar.host.webhooks;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The signatures of Standard Webhooks 1.0.0, and the secrets that they are made with. Stateless. */
final class Signer {
    private static final String PREFIX = "whsec_";
    private static final int SECRET_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Signer() {}

    /** A new secret: {@code whsec_} and the base64 of 32 random bytes. */
    static String newSecret() {
        byte[] bytes = new byte[SECRET_BYTES];
        RANDOM.nextBytes(bytes);
        return PREFIX + Base64.getEncoder().encodeToString(bytes);
    }

    /**
     * The value of {@code webhook-signature}: one signature for each secret, separated by spaces, so that a receiver that knows
     * either accepts the message while a secret is rotated.
     *
     * @param id the id of the message, the same for all attempts
     * @param seconds the time of the attempt, in seconds since 1970
     */
    static String signatures(List<String> secrets, String id, long seconds, byte[] body) {
        return secrets.stream()
                .map(secret -> signature(secret, id, seconds, body))
                .collect(Collectors.joining(" "));
    }

    private static String signature(String secret, String id, long seconds, byte[] body) {
        byte[] key = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update((id + "." + seconds + ".").getBytes(StandardCharsets.UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("HMAC-SHA256 is in every JDK and takes every key", e);
        }
    }
}
