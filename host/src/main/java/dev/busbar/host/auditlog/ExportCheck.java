package dev.busbar.host.auditlog;

import dev.busbar.plugin.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * Checks an export of the audit against a file of checkpoints, without the host that wrote them: hashes and order of all
 * records, and each checkpoint with its signature. Holds one record at a time. For one thread, once: it has to be made
 * before the export begins, because every checkpoint that is there by then is of a record that has to be in it.
 */
public final class ExportCheck {
    private static final int LONGEST_RECORD = 1 << 20;
    private static final int LONGEST_KEY = 4_096;
    private static final int MOST_NODES = 10_000;

    private final Path file;
    private final long bytes;
    private final Optional<String> key;
    private final Map<String, Optional<String>> nodes;
    private final List<Verification.Chain> chains = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();

    private ExportCheck(Path file, long bytes, Optional<String> key) throws IOException {
        this.file = file;
        this.bytes = bytes;
        this.key = key;
        this.nodes = CheckpointLines.nodes(file, bytes);
        if (nodes.isEmpty()) {
            throw new IOException(file + " holds no checkpoint (expected: what the host appends to audit.checkpoints)");
        }
    }

    /**
     * A check against the checkpoints of a file.
     *
     * @param key the file with the public key that has to have signed them; without one the first that the checkpoints
     *     themselves name for their node
     * @throws IOException when a file cannot be read, or holds something else
     */
    public static ExportCheck of(Path checkpoints, Optional<Path> key) throws IOException {
        long bytes = Files.size(checkpoints);
        Optional<String> trusted = key.isPresent() ? Optional.of(publicKey(key.get())) : Optional.empty();
        return new ExportCheck(checkpoints, bytes, trusted);
    }

    private static String publicKey(Path file) throws IOException {
        String text = Files.size(file) > LONGEST_KEY
                ? ""
                : Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        if (!Signer.isPublicKey(text)) {
            throw new IOException(file + " holds no Ed25519 public key (expected: a copy of audit/signing.pub)");
        }
        return text;
    }

    /**
     * Reads the export to its end.
     *
     * @throws IOException when it breaks off, or is none
     */
    public Verification verify(InputStream export) throws IOException {
        try (Records records = new Records(new BoundedLines(export, Long.MAX_VALUE, LONGEST_RECORD))) {
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
        if (!seen.add(node) || seen.size() > MOST_NODES) {
            throw new IOException("the export is none: its chains are not one behind the other");
        }
        // Where no key is known nothing is believed: an empty text has signed nothing.
        String signer = key.or(() -> nodes.getOrDefault(node, Optional.empty())).orElse("");
        try (CheckpointLines lines = new CheckpointLines(file, bytes, node, Optional.of(signer))) {
            chains.add(new ChainCheck(node, Optional.empty(), List.of(new Witness(true, lines)), true).walk(records));
        }
    }

    /** The records of one chain after the other. */
    private static final class Records implements Iterator<AuditRecord>, AutoCloseable {
        private final BoundedLines lines;
        private Optional<AuditRecord> next = Optional.empty();
        private @Nullable String node;

        Records(BoundedLines lines) {
            this.lines = lines;
        }

        /** Leaves the rest of a chain, and names the one that follows. */
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
                    throw new IOException("the export breaks off behind line " + lines.number());
                }
                return Optional.empty();
            }
            if (line.get().length > LONGEST_RECORD) {
                throw new IOException("line " + lines.number() + " of the export is longer than a record can be");
            }
            try {
                return Optional.of(RecordJson.read(new String(line.get(), StandardCharsets.UTF_8)));
            } catch (ProblemException e) {
                throw new IOException("line " + lines.number() + " of the export is no record", e);
            }
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}
