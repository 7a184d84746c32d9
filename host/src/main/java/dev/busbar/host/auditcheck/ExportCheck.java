package dev.busbar.host.auditcheck;

import dev.busbar.host.auditchain.AuditRecord;
import dev.busbar.host.auditchain.Checkpoint;
import dev.busbar.plugin.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Verification of an export of the audit log against a file of checkpoints, without the host: hashes and order of all
 * records, and each checkpoint with its signature. Holds one record at a time. For one thread, once. Must be created
 * before the export begins: the record of every checkpoint in the file by then must be in the export.
 */
public final class ExportCheck {
    private static final int MAX_RECORD_BYTES = 1 << 20;
    private static final int MAX_KEY_BYTES = 4_096;
    private static final int MAX_NODES = 10_000;

    private final Path file;
    private final long bytes;
    private final Optional<String> key;
    private final Instant overdue;
    private final Map<String, Optional<String>> nodes;
    private final List<Verification.Chain> chains = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();

    private ExportCheck(Path file, long bytes, Optional<String> key, Instant overdue) throws IOException {
        this.file = file;
        this.bytes = bytes;
        this.key = key;
        this.overdue = overdue;
        this.nodes = CheckpointLines.nodes(file, bytes);
        if (nodes.isEmpty()) {
            throw new IOException(file + " holds no checkpoint (expected: a copy of the file audit.checkpoints)");
        }
    }

    /**
     * A check against the checkpoints of a file.
     *
     * @param key the file with the public key that must have signed them; if empty, the first key that the checkpoint file
     *     itself gives for a node
     * @param overdue the time before which every record of a node in the file must be covered by a checkpoint
     * @throws IOException when a file cannot be read, or has other content
     */
    public static ExportCheck of(Path checkpoints, Optional<Path> key, Instant overdue) throws IOException {
        long bytes = Files.size(checkpoints);
        Optional<String> trusted = key.isPresent() ? Optional.of(publicKey(key.get())) : Optional.empty();
        return new ExportCheck(checkpoints, bytes, trusted, overdue);
    }

    private static String publicKey(Path file) throws IOException {
        String text = Files.size(file) > MAX_KEY_BYTES
                ? ""
                : Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        if (!Checkpoint.isPublicKey(text)) {
            throw new IOException(file + " holds no Ed25519 public key (expected: a copy of audit/signing.pub)");
        }
        return text;
    }

    /**
     * Reads the export to its end.
     *
     * @throws IOException when the input is incomplete, or is no export
     */
    public Verification verify(InputStream export) throws IOException {
        try (Records records = new Records(new BoundedLines(export, Long.MAX_VALUE, MAX_RECORD_BYTES))) {
            for (Optional<String> node = records.nextChain(); node.isPresent(); node = records.nextChain()) {
                check(node.get(), records);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (String missing : nodes.keySet()) {
            if (!seen.contains(missing)) {
                check(missing, List.<AuditRecord>of().iterator());
            }
        }
        return Verification.of(chains);
    }

    private void check(String node, Iterator<AuditRecord> records) throws IOException {
        if (!seen.add(node) || seen.size() > MAX_NODES) {
            throw new IOException("the export is invalid: the records of a chain are not consecutive");
        }
        // Without a known key no checkpoint is valid: nothing is signed by an empty key.
        String signer = key.or(() -> nodes.getOrDefault(node, Optional.empty())).orElse("");
        try (CheckpointLines lines = new CheckpointLines(file, bytes, node, Optional.of(signer))) {
            ChainCheck.Known known =
                    ChainCheck.Known.export(Optional.of(overdue).filter(any -> nodes.containsKey(node)));
            chains.add(new ChainCheck(node, known, List.of(new CheckpointSource(true, lines)), true).walk(records));
        }
    }

    /** The records of an export, chain by chain. */
    private static final class Records implements Iterator<AuditRecord>, AutoCloseable {
        private final BoundedLines lines;
        private Optional<AuditRecord> next = Optional.empty();
        private @Nullable String node;

        Records(BoundedLines lines) {
            this.lines = lines;
        }

        /** Skips the rest of the current chain; returns the node of the next one. */
        Optional<String> nextChain() throws IOException {
            while (hasNext()) {
                next = Optional.empty();
            }
            next.ifPresent(record -> node = record.node());
            return next.map(AuditRecord::node);
        }

        @Override
        public boolean hasNext() {
            try {
                if (next.isEmpty()) {
                    next = read();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return next.isPresent() && next.get().node().equals(node);
        }

        @Override
        public AuditRecord next() {
            if (!hasNext()) {
                throw new NoSuchElementException("no record after line " + lines.number());
            }
            AuditRecord record = next.orElseThrow();
            next = Optional.empty();
            return record;
        }

        private Optional<AuditRecord> read() throws IOException {
            Optional<byte[]> line = lines.next();
            if (line.isEmpty()) {
                if (lines.isCut()) {
                    throw new IOException("the export ends within the line after line " + lines.number());
                }
                return Optional.empty();
            }
            if (line.get().length > MAX_RECORD_BYTES) {
                throw new IOException("line " + lines.number() + " of the export is too long (expected: at most "
                        + MAX_RECORD_BYTES + " bytes)");
            }
            try {
                return Optional.of(AuditRecord.parse(new String(line.get(), StandardCharsets.UTF_8)));
            } catch (ProblemException e) {
                throw new IOException("line " + lines.number() + " of the export is not a record", e);
            }
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}
