package dev.busbar.host.audit;

import dev.busbar.host.audit.AuditRecord.Head;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Checks the chains of the store: that of this node also against the file that it writes. Thread-safe. */
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

    /** All of them; this node's also where nothing is left of it in the store. */
    Verification verify() {
        Stream<String> nodes = Stream.concat(records.nodes().stream(), Stream.of(node));
        return Verification.of(nodes.distinct().map(this::verify).toList());
    }

    private Verification.Chain verify(String which) {
        Optional<String> key = which.equals(node) ? Optional.of(publicKey) : Optional.empty();
        if (key.isEmpty() || !Files.exists(file)) {
            return verify(which, key, List.of());
        }
        try (CheckpointLines lines = new CheckpointLines(file, which, key)) {
            return verify(which, key, List.of(new Witness(true, lines)));
        } catch (IOException e) {
            throw new UncheckedIOException("audit.checkpoints: " + file + " cannot be read", e);
        }
    }

    /** Who has witnessed it is asked first how much there is: what comes meanwhile is in the records by then. */
    private Verification.Chain verify(String which, Optional<String> key, List<Witness> outside) {
        List<Witness> witnesses = new ArrayList<>(outside);
        witnesses.add(Witness.of(checkpoints, which, key));
        Optional<Head> head = records.find(which);
        return new ChainCheck(which, head, witnesses)
                .walk(new Pages<>(seq -> records.after(which, seq, Pages.ROWS), AuditRecord::seq));
    }
}
