package dev.busbar.host.auditchain;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.function.Function;

/**
 * A checkpoint: the head of a chain at some time, signed by its node. Immutable.
 *
 * @param seq the number of the last record
 * @param hash the hash of the last record
 * @param at when it was signed
 * @param signature Ed25519 over all of the above, in base64
 */
public record Checkpoint(String node, long seq, String hash, Instant at, String signature) {
    private static final String ALGORITHM = "Ed25519";

    /**
     * Signs the head of a chain.
     *
     * @param signer returns the Ed25519 signature of bytes, in base64
     */
    public static Checkpoint signed(AuditRecord.Head head, Instant at, Function<byte[], String> signer) {
        Checkpoint open = new Checkpoint(head.node(), head.seq(), head.hash(), at, "");
        return new Checkpoint(head.node(), head.seq(), head.hash(), at, signer.apply(open.toBytes()));
    }

    /**
     * True if the signature is by the private half of a key. A malformed signature or key is not.
     *
     * @param publicKey X.509 in base64
     */
    public boolean isSignedBy(String publicKey) {
        try {
            Signature check = Signature.getInstance(ALGORITHM);
            check.initVerify(publicKey(publicKey));
            check.update(toBytes());
            return check.verify(Base64.getDecoder().decode(signature));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    /** True if a text is an Ed25519 public key, X.509 in base64. */
    public static boolean isPublicKey(String text) {
        try {
            PublicKey unused = publicKey(text);
            return true;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    private static PublicKey publicKey(String text) throws GeneralSecurityException {
        return KeyFactory.getInstance(ALGORITHM)
                .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(text)));
    }

    private byte[] toBytes() {
        return new Canonical("busbar.audit.checkpoint.v1")
                .add(node)
                .add(seq)
                .add(hash)
                .add(at)
                .toBytes();
    }

    /** The line of a checkpoint file, without its end. */
    public String toJson() {
        return "{\"node\":" + Json.text(node) + ",\"seq\":" + seq + ",\"hash\":" + Json.text(hash) + ",\"at\":\"" + at
                + "\",\"signature\":" + Json.text(signature) + "}";
    }

    /** The line of a checkpoint file that names the public key of a node, without its end. */
    public static String keyJson(String node, String publicKey) {
        return "{\"node\":" + Json.text(node) + ",\"key\":" + Json.text(publicKey) + "}";
    }
}
