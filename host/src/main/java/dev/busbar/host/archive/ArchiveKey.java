package dev.busbar.host.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * The secret that encrypts archives: a random key, or a passphrase. Immutable; its text never leaves it.
 */
public final class ArchiveKey {
    /** Begins the line of a random key. */
    private static final String PREFIX = "busbar-backup-key-1:";

    private static final int KEY_BYTES = 32;
    private static final int MIN_PASSPHRASE = 12;
    private static final int MAX_BYTES = 4_096;
    static final int ITERATIONS = 600_000;

    private final byte[] secret;
    private final boolean passphrase;

    private ArchiveKey(byte[] secret, boolean passphrase) {
        this.secret = secret;
        this.passphrase = passphrase;
    }

    /**
     * The key of a text: a line made by {@link #generate}, or a passphrase.
     *
     * @throws IOException when it is neither; the message does not contain it
     */
    public static ArchiveKey of(String text) throws IOException {
        String line = text.strip();
        if (!line.startsWith(PREFIX)) {
            if (line.length() < MIN_PASSPHRASE || line.indexOf('\n') >= 0) {
                throw new IOException(
                        "backup key: too short or of several lines (expected: a key made by \"busbar backup"
                                + " keygen\", or a passphrase of at least " + MIN_PASSPHRASE
                                + " characters on one line)");
            }
            return new ArchiveKey(line.getBytes(StandardCharsets.UTF_8), true);
        }
        try {
            byte[] key = Base64.getDecoder().decode(line.substring(PREFIX.length()));
            if (key.length == KEY_BYTES) {
                return new ArchiveKey(key, false);
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("backup key: damaged (expected: a line made by \"busbar backup keygen\")", e);
        }
        throw new IOException("backup key: cut off (expected: a line made by \"busbar backup keygen\")");
    }

    /** The key in a file. */
    public static ArchiveKey read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + ": too long to be a backup key (expected: one line)");
        }
        return of(Files.readString(file, StandardCharsets.UTF_8));
    }

    /** A new random key, as the line that {@link #of} reads. */
    public static String generate() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return PREFIX + Base64.getEncoder().encodeToString(key);
    }

    /** The iterations that a new archive needs: none for a random key. */
    int iterations() {
        return passphrase ? ITERATIONS : 0;
    }

    /**
     * The key of one archive.
     *
     * @param salt random, of that archive
     * @param iterations those of the archive; 0 if it was encrypted with a random key
     */
    byte[] derive(byte[] salt, int iterations) throws ArchiveException {
        if (passphrase != iterations > 0) {
            throw new ArchiveException("the archive is encrypted with a "
                    + (iterations > 0 ? "passphrase" : "random key") + " (expected: given as the key; this one is a "
                    + (passphrase ? "passphrase" : "random key") + ")");
        }
        byte[] master = passphrase ? stretch(salt, iterations) : secret;
        return Digests.hmac(master, "busbar backup archive 1".getBytes(StandardCharsets.US_ASCII), salt);
    }

    private byte[] stretch(byte[] salt, int iterations) {
        char[] characters = new String(secret, StandardCharsets.UTF_8).toCharArray();
        PBEKeySpec spec = new PBEKeySpec(characters, salt, iterations, KEY_BYTES * 8);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw Digests.unknown(e);
        } finally {
            spec.clearPassword();
            Arrays.fill(characters, '\0');
        }
    }

    @Override
    public String toString() {
        return passphrase ? "a passphrase" : "a random key";
    }
}
