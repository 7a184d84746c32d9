package dev.busbar.host.auditlog;

import dev.busbar.host.auditchain.AuditRecord.Head;
import dev.busbar.host.auditchain.Checkpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The file {@code audit/last-checkpoint}, in which this node remembers what it signed last, out of reach of whoever can
 * write the store or the checkpoint file; {@code none} if it has signed nothing. A second line,
 * {@code broken <seq> <hash>}, is the last record that the node believed before its chain was changed. Used by one thread
 * at a time.
 */
final class LastCheckpoint {
    private static final String BROKEN = "broken ";
    private static final String NONE = "none";

    private final Path file;
    private final String node;
    private final Signer signer;

    /**
     * What a node remembers.
     *
     * @param checkpoint the last one that it signed, if any
     * @param broken the last record that it believed, if the chain did not follow that
     */
    record Remembered(Optional<Checkpoint> checkpoint, Optional<Head> broken) {}

    LastCheckpoint(Path folder, String node, Signer signer) {
        this.file = folder.resolve("last-checkpoint");
        this.node = node;
        this.signer = signer;
    }

    /**
     * Reads the file; empty if there is none.
     *
     * @throws IOException when it holds something else
     */
    Optional<Remembered> read() throws IOException {
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            Optional<Checkpoint> last =
                    lines.get(0).equals(NONE) ? Optional.empty() : Optional.of(checkpoint(lines.get(0)));
            return Optional.of(
                    new Remembered(last, lines.stream().skip(1).findFirst().map(this::broken)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (RuntimeException | IOException e) {
            throw new IOException(
                    "audit: " + file + " holds no checkpoint that this node has signed (expected: the file that the"
                            + " host has written; keep a copy, then delete it)",
                    e);
        }
    }

    private Checkpoint checkpoint(String line) throws IOException {
        return Checkpoint.Line.parse(line.getBytes(StandardCharsets.UTF_8))
                .checkpoint()
                .filter(last -> last.node().equals(node) && last.isSignedBy(signer.publicKey()))
                .orElseThrow();
    }

    private Head broken(String line) {
        String[] parts = line.substring(BROKEN.length()).split(" ", 2);
        return new Head(node, Long.parseLong(parts[0]), parts[1]);
    }

    /** Replaces the file. */
    void write(Optional<Checkpoint> last, Optional<Head> broken) throws IOException {
        String first = last.map(Checkpoint::toJson).orElse(NONE);
        String second = broken.map(head -> BROKEN + head.seq() + " " + head.hash() + "\n")
                .orElse("");
        Secrets.write(file, first + "\n" + second);
    }
}
