package dev.busbar.host.auditchain;

import dev.busbar.core.JsonCodec;
import dev.busbar.plugin.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint: the head of a chain at some time, signed by its node. Immutable.
 *
 * @param seq the number of the last record
 * @param hash the hash of the last record
 * @param at when it was signed
 * @param link its place among the checkpoints of its node; empty for one of an earlier version
 * @param signature Ed25519 over all of the above, in base64
 */
public record Checkpoint(String node, long seq, String hash, Instant at, Optional<Link> link, String signature) {
    private static final String ALGORITHM = "Ed25519";
    private static final JsonCodec JSON = new JsonCodec(Checkpoint.class.getClassLoader());

    /**
     * The place of a checkpoint among those of its node, so that none can be removed unnoticed.
     *
     * @param number 1 for the first, each later one is one higher
     * @param previous the digest of the checkpoint before it; 64 zeros if there is none
     */
    public record Link(long number, String previous) {
        /** The place after a checkpoint. */
        public static Link after(Optional<Checkpoint> before) {
            long number = before.flatMap(Checkpoint::link).map(Link::number).orElse(0L);
            return new Link(number + 1, before.map(Checkpoint::digest).orElse(AuditRecord.NOTHING));
        }
    }

    /**
     * A line of a checkpoint file: a checkpoint, or a public key. Immutable.
     *
     * @param key the public key that signs the later checkpoints of the node
     * @param checkpoint empty for a line with a key, and for one that lacks a member
     */
    public record Line(String node, Optional<String> key, Optional<Checkpoint> checkpoint) {
        /**
         * Reads a line.
         *
         * @throws IOException when it is no JSON object, or names no node
         */
        public static Line parse(byte[] text) throws IOException {
            try {
                Members members = JSON.decode(new ByteArrayInputStream(text), Members.class);
                if (members.node() == null) {
                    throw new IOException("a line names no node");
                }
                return new Line(members.node(), Optional.ofNullable(members.key()), members.checkpoint());
            } catch (ProblemException e) {
                throw new IOException("a line is no checkpoint", e);
            }
        }
    }

    private record Members(
            @Nullable String node,
            @Nullable String key,
            @Nullable Long seq,
            @Nullable String hash,
            @Nullable Instant at,
            @Nullable Long number,
            @Nullable String previous,
            @Nullable String signature) {
        Optional<Checkpoint> checkpoint() {
            if (node == null || seq == null || hash == null || at == null || signature == null) {
                return Optional.empty();
            }
            Optional<Link> link =
                    number == null || previous == null ? Optional.empty() : Optional.of(new Link(number, previous));
            return Optional.of(new Checkpoint(node, seq, hash, at, link, signature));
        }
    }

    /**
     * Signs the head of a chain.
     *
     * @param before the last checkpoint of the node
     * @param signer returns the Ed25519 signature of bytes, in base64
     */
    public static Checkpoint signed(
            AuditRecord.Head head, Instant at, Optional<Checkpoint> before, Function<byte[], String> signer) {
        Optional<Link> link = Optional.of(Link.after(before));
        Checkpoint open = new Checkpoint(head.node(), head.seq(), head.hash(), at, link, "");
        return new Checkpoint(
                open.node,
                open.seq,
                open.hash,
                at,
                link,
                signer.apply(open.signedContent().toBytes()));
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
            check.update(signedContent().toBytes());
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

    /**
     * True if it can be the next checkpoint of its node after another one. One of an earlier version names none, and can
     * follow any: of a host that was set back for a while.
     */
    public boolean follows(Optional<Checkpoint> before) {
        return link.map(Link.after(before)::equals).orElse(true);
    }

    /** The number of the checkpoint; 0 for one without a {@link #link}. */
    public long number() {
        return link.map(Link::number).orElse(0L);
    }

    /** SHA-256 of the checkpoint with its signature, in lower case hexadecimal digits. */
    public String digest() {
        return HexFormat.of().formatHex(signedContent().add(signature).sha256());
    }

    private Canonical signedContent() {
        Canonical content = new Canonical(
                        link.isPresent() ? "busbar.audit.checkpoint.v2" : "busbar.audit.checkpoint.v1")
                .add(node)
                .add(seq)
                .add(hash)
                .add(at);
        link.ifPresent(place -> content.add(place.number()).add(place.previous()));
        return content;
    }

    /** The line of a checkpoint file, without its end. */
    public String toJson() {
        String place = link.map(
                        known -> ",\"number\":" + known.number() + ",\"previous\":" + Json.text(known.previous()))
                .orElse("");
        return "{\"node\":" + Json.text(node) + ",\"seq\":" + seq + ",\"hash\":" + Json.text(hash) + ",\"at\":\"" + at
                + "\"" + place + ",\"signature\":" + Json.text(signature) + "}";
    }

    /** The line of a checkpoint file that names the public key of a node, without its end. */
    public static String keyJson(String node, String publicKey) {
        return "{\"node\":" + Json.text(node) + ",\"key\":" + Json.text(publicKey) + "}";
    }
}
