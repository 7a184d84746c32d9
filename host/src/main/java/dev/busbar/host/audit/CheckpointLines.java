package dev.busbar.host.audit;

import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.internal.JsonCodec;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link CheckpointFile} has written of one node, up to where it ended when it was opened. For one thread.
 */
final class CheckpointLines implements Iterator<Witness.Statement>, AutoCloseable {
    private static final JsonCodec JSON = new JsonCodec(CheckpointLines.class.getClassLoader());
    private static final int LONGEST = 4_096;

    private final String name;
    private final String node;
    private final Optional<String> trusted;
    private final BufferedReader reader;
    private long left;
    private long number;
    private Optional<String> key = Optional.empty();
    private Witness.@Nullable Statement next;

    private record Line(
            String node,
            @Nullable String key,
            @Nullable Long seq,
            @Nullable String hash,
            @Nullable Instant at,
            @Nullable String signature) {}

    /**
     * The checkpoints of a node.
     *
     * @param trusted the key that has to have signed them; without one it is the one that the file names
     */
    CheckpointLines(Path file, String node, Optional<String> trusted) throws IOException {
        this.name = String.valueOf(file.getFileName());
        this.node = node;
        this.trusted = trusted;
        this.left = Files.size(file);
        this.reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1);
    }

    @Override
    public boolean hasNext() {
        try {
            while (next == null) {
                String line = nextLine();
                if (line == null) {
                    return false;
                }
                next = statement(line);
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("the checkpoints in " + name + " cannot be read", e);
        }
    }

    @Override
    public Witness.Statement next() {
        if (!hasNext()) {
            throw new NoSuchElementException("no checkpoint after line " + number);
        }
        Witness.Statement statement = next;
        next = null;
        if (statement == null) {
            throw new NoSuchElementException("no checkpoint after line " + number);
        }
        return statement;
    }

    /** A line with its end; the last one may be on its way still. Of one that is far too long only the beginning. */
    private @Nullable String nextLine() throws IOException {
        StringBuilder line = new StringBuilder();
        while (left > 0) {
            int letter = reader.read();
            left--;
            if (letter < 0) {
                return null;
            }
            if (letter == '\n') {
                number++;
                return line.toString();
            }
            if (line.length() < LONGEST) {
                line.append((char) letter);
            }
        }
        return null;
    }

    private Witness.@Nullable Statement statement(String text) {
        String where = name + ", line " + number;
        try {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            Line line = JSON.decode(new ByteArrayInputStream(bytes), Line.class);
            if (!node.equals(line.node())) {
                return null;
            }
            if (line.key() != null) {
                key = Optional.of(line.key());
                return null;
            }
            return new Witness.Statement(where, trusted.or(() -> key), checkpoint(line));
        } catch (IOException | ProblemException e) {
            return new Witness.Statement(where, Optional.empty(), Optional.empty());
        }
    }

    private static Optional<Checkpoint> checkpoint(Line line) {
        if (line.seq() == null || line.hash() == null || line.at() == null || line.signature() == null) {
            return Optional.empty();
        }
        return Optional.of(new Checkpoint(line.node(), line.seq(), line.hash(), line.at(), line.signature()));
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
