package dev.busbar.host.archive;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The encryption of one archive: AES-256-GCM in chunks of 1 MiB, each with its number and whether it is the last in the
 * nonce (the STREAM construction), so that no chunk can be changed, moved, left out or put in. The key is of this archive
 * alone, so no nonce is used twice. For one thread.
 *
 * <p>Before the chunks stand 12 bytes {@code BUSBARBACKUP}, a byte with the version 1, the iterations of PBKDF2 in 4 bytes
 * (0 for a random key), 16 bytes of salt, and 16 bytes that tell whether the key fits.
 */
final class Sealing {
    static final byte[] MAGIC = "BUSBARBACKUP".getBytes(StandardCharsets.US_ASCII);
    static final int CHUNK_BYTES = 1 << 20;
    static final int TAG_BYTES = 16;
    static final int SALT_BYTES = 16;
    static final int HEADER_BYTES = MAGIC.length + 1 + 4 + SALT_BYTES + 16;

    private static final byte VERSION = 1;
    private static final int MAX_ITERATIONS = 10_000_000;
    private static final int NONCE_BYTES = 12;

    private final SecretKeySpec key;
    private final byte[] header;
    private long number;

    private Sealing(byte[] fileKey, byte[] header) {
        this.key = new SecretKeySpec(fileKey, "AES");
        this.header = header;
    }

    /** The encryption of a new archive. */
    static Sealing create(ArchiveKey secret, byte[] salt) throws ArchiveException {
        int iterations = secret.iterations();
        byte[] fileKey = secret.derive(salt, iterations);
        byte[] header = ByteBuffer.allocate(HEADER_BYTES)
                .put(MAGIC)
                .put(VERSION)
                .putInt(iterations)
                .put(salt)
                .put(check(fileKey))
                .array();
        return new Sealing(fileKey, header);
    }

    private static byte[] check(byte[] fileKey) {
        byte[] check = Digests.hmac(fileKey, "key check".getBytes(StandardCharsets.US_ASCII));
        return Arrays.copyOf(check, 16);
    }

    /** The encryption of an archive that begins with a header. */
    static Sealing open(ArchiveKey secret, byte[] header) throws ArchiveException {
        ByteBuffer fields = ByteBuffer.wrap(header).position(MAGIC.length);
        byte version = fields.get();
        if (version != VERSION) {
            throw new ArchiveException("the encryption is of version " + version + " (expected: " + VERSION
                    + "; a newer host has made this archive)");
        }
        int iterations = fields.getInt();
        if (iterations < 0 || iterations > MAX_ITERATIONS) {
            throw new ArchiveException("the archive wants " + iterations + " iterations (expected: at most "
                    + MAX_ITERATIONS + "; it is damaged)");
        }
        byte[] salt = new byte[SALT_BYTES];
        fields.get(salt);
        byte[] check = new byte[16];
        fields.get(check);
        byte[] fileKey = secret.derive(salt, iterations);
        if (!MessageDigest.isEqual(check, check(fileKey))) {
            throw new ArchiveException("the key does not fit (expected: the one that this archive was encrypted with)");
        }
        return new Sealing(fileKey, header);
    }

    byte[] header() {
        return header.clone();
    }

    byte[] seal(byte[] chunk, int length, boolean last) {
        try {
            return cipher(Cipher.ENCRYPT_MODE, last).doFinal(chunk, 0, length);
        } catch (GeneralSecurityException e) {
            throw Digests.unknown(e);
        }
    }

    byte[] unseal(byte[] chunk, int length, boolean last) throws ArchiveException {
        try {
            return cipher(Cipher.DECRYPT_MODE, last).doFinal(chunk, 0, length);
        } catch (AEADBadTagException e) {
            throw new ArchiveException(
                    "the archive was changed, cut or put together at MiB " + number + " (expected: as it was written)",
                    e);
        } catch (GeneralSecurityException e) {
            throw Digests.unknown(e);
        }
    }

    private Cipher cipher(int mode, boolean last) throws GeneralSecurityException {
        number++;
        byte[] nonce = ByteBuffer.allocate(NONCE_BYTES)
                .put(new byte[3])
                .putLong(number)
                .put((byte) (last ? 1 : 0))
                .array();
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * 8, nonce));
        cipher.updateAAD(header);
        return cipher;
    }
}
