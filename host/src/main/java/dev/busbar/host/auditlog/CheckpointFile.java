package dev.busbar.host.auditlog;

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
 * The file outside of the store that checkpoints are appended to, one JSON object a line; a line with the public key
 * comes before the first one that it has signed. Best on another machine's disk, or on append-only storage.
 * Opened for each line, so that it may be moved away. Used by one thread at a time.
 */
final class CheckpointFile {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointFile.class);

    private final Path path;
    private final String keyLine;
    private boolean introduced;

    CheckpointFile(Path path, String node, String publicKey) {
        this.path = path;
        this.keyLine = "{\"node\":" + Json.text(node) + ",\"key\":" + Json.text(publicKey) + "}";
    }

    Path path() {
        return path;
    }

    /** Appends a checkpoint; it is on the disk when this returns. */
    void append(Checkpoint it) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        String line = "{\"node\":" + Json.text(it.node()) + ",\"seq\":" + it.seq() + ",\"hash\":" + Json.text(it.hash())
                + ",\"at\":\"" + it.at() + "\",\"signature\":" + Json.text(it.signature()) + "}\n";
        boolean there = Files.exists(path);
        if (!introduced || !there) {
            introduced = there && Objects.equals(lastKeyLine(), keyLine);
        }
        endLastLine();
        ByteBuffer bytes =
                ByteBuffer.wrap(((introduced ? "" : keyLine + "\n") + line).getBytes(StandardCharsets.UTF_8));
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(true);
            introduced = true;
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

    /** Truncates a line that a crash has cut: nobody was told of that checkpoint. */
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
