package dev.busbar.host.auditlog;

import dev.busbar.host.auditlog.AuditRecord.Head;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Checks the chain of every node that anything tells of: this one, those of records, heads and checkpoints in the store,
 * and those of the file outside of it. Whose chain is gone without a trace in the store is known by the file.
 * Thread-safe.
 */
final class Verifier {
    private final RecordStore records;
    private final CheckpointStore checkpoints;
    private final Path file;
    private final String node;
    private final String publicKey;

    Verifier(RecordStore records, CheckpointStore checkpoints, Path file, String node, String publicKey) {
        this.records = records;
        this.checkpoints = checkpoints;
        this.file = file;
        this.node = node;
        this.publicKey = publicKey;
    }

    Verification verify() {
        boolean there = Files.exists(file);
        Set<String> outside = there ? new TreeSet<>(namedOutside()) : new TreeSet<>();
        Set<String> all = new TreeSet<>(outside);
        all.addAll(records.nodes());
        all.addAll(checkpoints.nodes());
        all.add(node);
        if (there) {
            outside.add(node);
        }
        return Verification.of(all.stream()
                .map(which -> verify(which, outside.contains(which)))
                .toList());
    }

    private Set<String> namedOutside() {
        try {
            return CheckpointLines.nodes(file, Files.size(file)).keySet();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private Verification.Chain verify(String which, boolean outside) {
        Optional<String> key = which.equals(node) ? Optional.of(publicKey) : Optional.empty();
        if (!outside) {
            return verify(which, key, List.of());
        }
        try (CheckpointLines lines = new CheckpointLines(file, which, key)) {
            return verify(which, key, List.of(new Witness(true, lines)));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private UncheckedIOException unreadable(IOException e) {
        return new UncheckedIOException("audit.checkpoints: " + file + " cannot be read", e);
    }

    /** Who has witnessed it is asked first how much there is: what comes meanwhile is in the records by then. */
    private Verification.Chain verify(String which, Optional<String> key, List<Witness> outside) {
        List<Witness> witnesses = new ArrayList<>(outside);
        witnesses.add(Witness.of(checkpoints, which, key));
        Optional<Head> head = records.find(which);
        Verification.Chain chain = new ChainCheck(which, head, witnesses, key.isPresent())
                .walk(new Pages<>(seq -> records.after(which, seq, Pages.ROWS), AuditRecord::seq));
        return head.isPresent() ? chain : chain.withoutHead();
    }
}
