package dev.busbar.host.auditcheck;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.auditchain.AuditRecord;
import dev.busbar.host.auditchain.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A forger of records and checkpoints of a node, with a signing key of its own. Immutable. */
final class Forger {
    private final KeyPair pair;

    Forger() {
        try {
            pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    String publicKey() {
        return Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
    }

    private String sign(byte[] bytes) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(pair.getPrivate());
            signature.update(bytes);
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Appends the forger's key and a checkpoint of the head to a checkpoint file. */
    void appendCheckpoint(Path file, AuditRecord.Head head) throws IOException {
        Checkpoint checkpoint = Checkpoint.signed(head, Instant.now(), Optional.empty(), this::sign);
        Files.write(
                file,
                List.of(Checkpoint.keyJson(head.node(), publicKey()), checkpoint.toJson()),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /** Lines of a chain that is in itself intact. */
    static List<String> records(String node, int count) {
        List<String> lines = new ArrayList<>();
        AuditRecord.Head head = AuditRecord.Head.empty(node);
        for (int n = 1; n <= count; n++) {
            AuditEvent event = AuditEvent.done("key.list", Actor.HOST, "key:" + n, Map.of());
            AuditRecord record = AuditRecord.after(head, Instant.EPOCH, event, Optional.empty());
            lines.add(record.toJson());
            head = new AuditRecord.Head(node, n, record.hash());
        }
        return lines;
    }
}
