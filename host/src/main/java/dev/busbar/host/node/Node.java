package dev.busbar.host.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A node: one of the hosts that share a store, identified by the name in its data directory. The name is stable across
 * restarts; state of one node (its folders, its starts, its audit chain) is stored under it. Immutable.
 *
 * @param name generated at the first start, and stored in the file {@code node} of the data directory
 */
public record Node(String name) {
    private static final Pattern SYNTAX = Pattern.compile("[a-z0-9][a-z0-9.-]{0,62}");
    private static final String FILE = "node";

    /** Validates the name. */
    public Node {
        if (!isName(name)) {
            throw new IllegalArgumentException("node name: \"" + name
                    + "\" (expected: at most 63 small letters, digits, dots and hyphens, beginning with a letter or a"
                    + " digit)");
        }
    }

    /** Returns whether a text is a valid name. */
    public static boolean isName(String name) {
        return SYNTAX.matcher(name).matches();
    }

    /**
     * The node of a data directory; its name is generated at the first start.
     *
     * @throws IOException when the file with the name cannot be read or written, or contains no valid name
     */
    public static Node open(Path data) throws IOException {
        Path file = data.resolve(FILE);
        if (Files.exists(file)) {
            String name = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
            if (!isName(name)) {
                throw new IOException("node name: " + file + " holds none (expected: one word of small letters, digits,"
                        + " dots and hyphens; it was written at the first start)");
            }
            return new Node(name);
        }
        byte[] random = new byte[6];
        new SecureRandom().nextBytes(random);
        Node made = new Node("node-" + HexFormat.of().formatHex(random));
        write(file, made.name() + "\n");
        return made;
    }

    /** Writes the file atomically and durably: with a second name the rows of the first one would be orphaned. */
    private static void write(Path file, String text) throws IOException {
        Path temporary = file.resolveSibling("." + FILE + ".tmp");
        Files.deleteIfExists(temporary);
        try (FileChannel channel = FileChannel.open(
                temporary,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
