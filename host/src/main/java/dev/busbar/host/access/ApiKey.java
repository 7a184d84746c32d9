package dev.busbar.host.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * An API key: {@code bsb_<env>_<id>_<secret>_<crc>}. The id finds it in the store; the secret has 190 random bits, so
 * that a plain SHA-256 of the key is enough at rest (OWASP ASVS 5.0, 6.5.2); the checksum, CRC-32 over all before it,
 * lets typing errors and made-up keys be refused without a look-up, and scanners find leaked ones. Immutable.
 */
final class ApiKey {
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int ID_LENGTH = 12;
    private static final int SECRET_LENGTH = 32;
    private static final int CHECKSUM_LENGTH = 6;
    private static final int HINT_LENGTH = 4;
    private static final Pattern SYNTAX = Pattern.compile("(bsb_(?:dev|stg|prd)_([0-9A-Za-z]{" + ID_LENGTH
            + "})_[0-9A-Za-z]{" + SECRET_LENGTH + "}_)([0-9A-Za-z]{" + CHECKSUM_LENGTH + "})");
    private static final int LENGTH = "bsb_dev_".length() + ID_LENGTH + 1 + SECRET_LENGTH + 1 + CHECKSUM_LENGTH;
    private static final Map<String, String> ENVIRONMENTS =
            Map.of("development", "dev", "staging", "stg", "production", "prd");

    private final String text;
    private final String id;

    private ApiKey(String text, String id) {
        this.text = text;
        this.id = id;
    }

    /** Parses a presented key; empty unless it is exactly a key, without spaces around it, with a valid checksum. */
    static Optional<ApiKey> parse(String text) {
        if (text.length() != LENGTH) {
            return Optional.empty();
        }
        Matcher matcher = SYNTAX.matcher(text);
        return matcher.matches() && checksum(matcher.group(1)).equals(matcher.group(3))
                ? Optional.of(new ApiKey(text, matcher.group(2)))
                : Optional.empty();
    }

    /**
     * Generates a key.
     *
     * @param environment the environment of the key: {@code development}, {@code staging} or {@code production}
     * @param random a cryptographically strong generator
     */
    static ApiKey generate(String environment, RandomGenerator random) {
        String id = word(random, ID_LENGTH);
        String checked = "bsb_" + part(environment) + "_" + id + "_" + word(random, SECRET_LENGTH) + "_";
        return new ApiKey(checked + checksum(checked), id);
    }

    /** The name of an environment in a key. */
    static String part(String environment) {
        String part = ENVIRONMENTS.get(environment);
        if (part == null) {
            throw new IllegalArgumentException(
                    "environment: \"" + environment + "\" (expected: development, staging or production)");
        }
        return part;
    }

    private static String word(RandomGenerator random, int length) {
        StringBuilder word = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            word.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return word.toString();
    }

    private static String checksum(String checked) {
        CRC32 crc = new CRC32();
        crc.update(checked.getBytes(StandardCharsets.US_ASCII));
        char[] digits = new char[CHECKSUM_LENGTH];
        long rest = crc.getValue();
        for (int i = CHECKSUM_LENGTH - 1; i >= 0; i--) {
            digits[i] = ALPHABET.charAt((int) (rest % ALPHABET.length()));
            rest /= ALPHABET.length();
        }
        return new String(digits);
    }

    /** The whole key; a secret. */
    String text() {
        return text;
    }

    /** Its public id. */
    String id() {
        return id;
    }

    /** Its last characters, by which the holder recognizes it. */
    String hint() {
        return text.substring(text.length() - HINT_LENGTH);
    }

    /** The hash that is stored. */
    byte[] hash() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is in every JDK", e);
        }
    }

    /** Leaves out the secret, which must not get into a log. */
    @Override
    public String toString() {
        return "ApiKey[" + id + "]";
    }
}
