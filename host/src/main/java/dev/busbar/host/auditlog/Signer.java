package dev.busbar.host.auditlog;

import dev.busbar.host.auditchain.AuditRecord;
import dev.busbar.host.auditchain.Checkpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The Ed25519 key pair that signs the checkpoints of this node: generated at the first start into
 * {@code audit/signing.key}, which only its owner can read; {@code audit/signing.pub} is the public key, for copies that
 * verify elsewhere. Safe for any number of threads.
 */
final class Signer {
    private static final String ALGORITHM = "Ed25519";

    private final PrivateKey key;
    private final String publicKey;

    private Signer(PrivateKey key, String publicKey) {
        this.key = key;
        this.publicKey = publicKey;
    }

    /** Reads the key pair of a folder, which is generated if there is none. */
    static Signer ensure(Path folder) throws IOException {
        Path file = folder.resolve("signing.key");
        try {
            if (!Files.exists(file)) {
                KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
                Secrets.write(
                        file,
                        base64(pair.getPrivate().getEncoded()) + "\n"
                                + base64(pair.getPublic().getEncoded()) + "\n");
            }
            List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
            if (lines.size() != 2) {
                throw new IllegalArgumentException(lines.size() + " lines (expected: 2)");
            }
            Signer signer = new Signer(privateKey(lines.get(0)), lines.get(1));
            signer.prove();
            Secrets.write(folder.resolve("signing.pub"), signer.publicKey + "\n");
            return signer;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(
                    "audit signing key: " + file
                            + " holds no signing key (expected: the file that the first start has written)",
                    e);
        }
    }

    private static PrivateKey privateKey(String text) throws GeneralSecurityException {
        return KeyFactory.getInstance(ALGORITHM)
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text)));
    }

    private void prove() {
        Checkpoint probe = Checkpoint.signed(AuditRecord.Head.empty(""), Instant.EPOCH, Optional.empty(), this::sign);
        if (!probe.isSignedBy(publicKey)) {
            throw new IllegalArgumentException("the two halves of the signing key do not belong together");
        }
    }

    /** The public key, X.509 in base64. */
    String publicKey() {
        return publicKey;
    }

    /** A signature in base64. */
    String sign(byte[] bytes) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(key);
            signature.update(bytes);
            return base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the audit signing key cannot sign", e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
