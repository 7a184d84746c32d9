package dev.busbar.host.auditcheck;

import dev.busbar.host.auditchain.Checkpoint;
import dev.busbar.host.node.Node;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints of one node in a checkpoint file, up to the end that the file had when it was opened. For one thread.
 */
final class CheckpointLines implements Iterator<CheckpointSource.Entry>, AutoCloseable {
    private static final int MAX_LINE_BYTES = 4_096;
    private static final int MAX_NODES = 10_000;

    private final String name;
    private final String node;
    private final Optional<String> trusted;
    private final BoundedLines lines;
    private CheckpointSource.@Nullable Entry next;

    /**
     * The checkpoints of a node.
     *
     * @param trusted the key that must have signed them; empty if it is unknown
     */
    CheckpointLines(Path file, String node, Optional<String> trusted) throws IOException {
        this(file, Files.size(file), node, trusted);
    }

    /** The checkpoints of a node in the first bytes of a file. */
    CheckpointLines(Path file, long bytes, String node, Optional<String> trusted) throws IOException {
        this.name = String.valueOf(file.getFileName());
        this.node = node;
        this.trusted = trusted;
        this.lines = new BoundedLines(Files.newInputStream(file), bytes, MAX_LINE_BYTES);
    }

    @Override
    public boolean hasNext() {
        try {
            while (next == null) {
                Optional<byte[]> line = lines.next();
                if (line.isEmpty()) {
                    return false;
                }
                next = entry(line.get());
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("the checkpoints in " + name + " cannot be read", e);
        }
    }

    @Override
    public CheckpointSource.Entry next() {
        if (!hasNext()) {
            throw new NoSuchElementException("no checkpoint after line " + lines.number());
        }
        CheckpointSource.Entry entry = next;
        next = null;
        if (entry == null) {
            throw new NoSuchElementException("no checkpoint after line " + lines.number());
        }
        return entry;
    }

    private CheckpointSource.@Nullable Entry entry(byte[] text) {
        String where = name + ", line " + lines.number();
        try {
            Checkpoint.Line line = line(text);
            boolean ofOther = !node.equals(line.node());
            return ofOther || line.key().isPresent()
                    ? null
                    : CheckpointSource.Entry.of(where, trusted, line.checkpoint());
        } catch (IOException e) {
            return CheckpointSource.Entry.of(where, trusted, Optional.empty());
        }
    }

    private static Checkpoint.Line line(byte[] text) throws IOException {
        Checkpoint.Line line = Checkpoint.Line.parse(text);
        if (!Node.isName(line.node())) {
            throw new IOException("a line names no node");
        }
        return line;
    }

    /**
     * The nodes with a checkpoint in a file, each with the first key that the file gives for it, if any. Ignores lines that
     * cannot be read: the check of a chain reports these.
     */
    static Map<String, Optional<String>> nodes(Path file, long bytes) throws IOException {
        Map<String, String> keys = new HashMap<>();
        Map<String, Optional<String>> nodes = new LinkedHashMap<>();
        try (BoundedLines lines = new BoundedLines(Files.newInputStream(file), bytes, MAX_LINE_BYTES)) {
            for (Optional<byte[]> text = lines.next(); text.isPresent(); text = lines.next()) {
                try {
                    Checkpoint.Line line = line(text.get());
                    if (line.key().isPresent()) {
                        keys.putIfAbsent(line.node(), line.key().get());
                    } else {
                        nodes.put(line.node(), Optional.ofNullable(keys.get(line.node())));
                    }
                } catch (IOException e) {
                    continue;
                }
                if (keys.size() + nodes.size() > MAX_NODES) {
                    throw new IOException(file.getFileName() + " names more nodes than there can be");
                }
            }
        }
        return nodes;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
