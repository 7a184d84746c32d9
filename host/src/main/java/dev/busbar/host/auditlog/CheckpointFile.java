package dev.busbar.host.auditlog;

import dev.busbar.host.auditchain.Checkpoint;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file outside of the store to which checkpoints are appended, one JSON object a line; a line with the public key
 * comes before the first checkpoint that the key has signed. Best on the disk of another machine, or on append-only
 * storage. Opened for each line. Used by one thread at a time.
 */
final class CheckpointFile {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointFile.class);

    private final Path path;
    private final String node;
    private final String publicKey;
    private final String keyLine;
    private boolean keyWritten;

    CheckpointFile(Path path, String node, String publicKey) {
        this.path = path;
        this.node = node;
        this.publicKey = publicKey;
        this.keyLine = Checkpoint.keyJson(node, publicKey);
    }

    Path path() {
        return path;
    }

    /**
     * The last checkpoint of this node in the file: of those that the key of this node has signed, the last in an unbroken
     * line from a known one.
     *
     * @param known the checkpoint to begin at; if empty, the first in the file
     * @return empty if the known one is not in the file
     */
    Optional<Checkpoint> lastSince(Optional<Checkpoint> known) throws IOException {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        // Without a known one, the signature of the last alone is usually enough: checking each takes minutes.
        Optional<Checkpoint> last = last(known, known.isPresent());
        boolean valid = last.map(found -> found.isSignedBy(publicKey)).orElse(true);
        return valid ? last : last(known, true);
    }

    private Optional<Checkpoint> last(Optional<Checkpoint> known, boolean checked) throws IOException {
        Optional<Checkpoint> last = Optional.empty();
        try (Stream<String> lines = Files.lines(path, StandardCharsets.ISO_8859_1)) {
            var each = lines.iterator();
            while (each.hasNext()) {
                Optional<Checkpoint> next = own(each.next());
                if (next.isPresent() && (next.equals(known) || isNext(known, last, next.get(), checked))) {
                    last = next;
                }
            }
        }
        return last;
    }

    private boolean isNext(Optional<Checkpoint> known, Optional<Checkpoint> last, Checkpoint next, boolean checked) {
        boolean begins = known.isEmpty() && last.isEmpty();
        boolean goesOn = last.isPresent()
                && next.follows(last)
                && next.seq() > last.get().seq();
        return (begins || goesOn) && (!checked || next.isSignedBy(publicKey));
    }

    private Optional<Checkpoint> own(String line) {
        try {
            return Checkpoint.Line.parse(line.getBytes(StandardCharsets.ISO_8859_1))
                    .checkpoint()
                    .filter(checkpoint -> checkpoint.node().equals(node));
        } catch (IOException e) {
            return Optional.empty(); // verification reports it
        }
    }

    /** Appends a checkpoint; it is on the disk when this returns. */
    void append(Checkpoint checkpoint) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        String line = checkpoint.toJson() + "\n";
        boolean exists = Files.exists(path);
        if (!keyWritten || !exists) {
            keyWritten = exists && Objects.equals(lastKeyLine(), keyLine);
        }
        endLastLine();
        ByteBuffer bytes =
                ByteBuffer.wrap(((keyWritten ? "" : keyLine + "\n") + line).getBytes(StandardCharsets.UTF_8));
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(true);
            keyWritten = true;
        }
    }

    private @Nullable String lastKeyLine() throws IOException {
        String last = null;
        try (var lines = Files.lines(path, StandardCharsets.ISO_8859_1)) {
            var each = lines.filter(line -> line.contains("\"key\":")).iterator();
            while (each.hasNext()) {
                last = each.next();
            }
        }
        return last;
    }

    /** Removes a last line that a crash has cut short; its checkpoint was never complete. */
    private void endLastLine() throws IOException {
        if (!Files.exists(path) || Files.size(path) == 0) {
            return;
        }
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            long end = file.length();
            while (end > 0 && byteAt(file, end - 1) != '\n') {
                end--;
            }
            if (end < file.length()) {
                LOG.warn("{}: its last line was incomplete and is removed", path);
                try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                    channel.truncate(end);
                }
            }
        }
    }

    private static int byteAt(RandomAccessFile file, long at) throws IOException {
        file.seek(at);
        return file.read();
    }
}
