package dev.busbar.host.auditlog;

import java.time.Instant;

/**
 * What a node has said of its chain at some time, and signed. Immutable.
 *
 * @param seq the last record by then
 * @param hash its hash
 * @param at when it was said
 * @param signature Ed25519 over all of the above, in base64
 */
public record Checkpoint(String node, long seq, String hash, Instant at, String signature) {
    static Checkpoint signed(AuditRecord.Head head, Instant at, Signer signer) {
        Checkpoint open = new Checkpoint(head.node(), head.seq(), head.hash(), at, "");
        return new Checkpoint(head.node(), head.seq(), head.hash(), at, signer.sign(open.toBytes()));
    }

    boolean isSignedBy(String publicKey) {
        return Signer.verify(publicKey, toBytes(), signature);
    }

    private byte[] toBytes() {
        return new Canonical("busbar.audit.checkpoint.v1")
                .add(node)
                .add(seq)
                .add(hash)
                .add(at)
                .toBytes();
    }
}
