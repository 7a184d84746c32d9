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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file outside of the store to which checkpoints are appended, one JSON object a line; a line with the public key
 * comes before the first checkpoint that the key has signed. Best on the disk of another machine, or on append-only
 * storage. Opened for each line, so that it may be moved. Used by one thread at a time.
 */
final class CheckpointFile {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointFile.class);

    private final Path path;
    private final String keyLine;
    private boolean keyWritten;

    CheckpointFile(Path path, String node, String publicKey) {
        this.path = path;
        this.keyLine = Checkpoint.keyJson(node, publicKey);
    }

    Path path() {
        return path;
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
