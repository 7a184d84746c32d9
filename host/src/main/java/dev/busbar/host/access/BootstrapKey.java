package dev.busbar.host.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first key of a new store. Its file is written before its row: a process that dies between the two finds the file at
 * the next start and stores that key, so no store has a single key that nobody knows. The file is deleted when the key is
 * rotated or revoked. Safe for any number of threads.
 */
final class BootstrapKey {
    private static final Logger LOG = LoggerFactory.getLogger(BootstrapKey.class);
    private static final String OWNER = "admin";
    private static final Path PROCESS = Path.of("/proc/self");
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path file;

    /** The key in the file {@code admin.key} of a data directory. */
    BootstrapKey(Path data) {
        this.file = data.resolve("admin.key");
    }

    /** Creates the key if the store has none, as {@link Keys#ensureBootstrapKey} describes. */
    Optional<String> ensure(Keys keys) {
        if (!keys.isEmpty()) {
            return Optional.empty();
        }
        try {
            Optional<ApiKey> left = read(file);
            ApiKey key = left.isPresent() ? left.get() : write(file, keys.generate());
            if (keys.adopt(key, OWNER)) {
                return Optional.of(key.text());
            }
            // Another node of the same store was faster; a file with an unknown key would mislead.
            Files.deleteIfExists(file);
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "bootstrap key: " + file + " cannot be written (expected: a data directory"
                            + " that this user may write, on a file system with POSIX permissions)",
                    e);
        }
    }

    /** Deletes the file if it holds this key, which has ended. */
    void forget(String keyId) {
        try {
            if (read(file).filter(key -> key.id().equals(keyId)).isPresent()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            LOG.warn("{} has a key that has ended, and cannot be deleted", file, e);
        }
    }

    /** The key of an earlier start; none if the file is of another user, or could have been read or written by others. */
    private static Optional<ApiKey> read(Path file) throws IOException {
        return read(file, user());
    }

    /** The user of this process, by number where that is known: in a container a user often has no name. */
    static String user() throws IOException {
        return Files.exists(PROCESS)
                ? String.valueOf(Files.getAttribute(PROCESS, "unix:uid"))
                : ProcessHandle.current().info().user().orElse("");
    }

    static String owner(Path file) throws IOException {
        return Files.exists(PROCESS)
                ? String.valueOf(Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS))
                : Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).getName();
    }

    static Optional<ApiKey> read(Path file, String user) throws IOException {
        boolean ours = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && user.equals(owner(file))
                && Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS)
                        .equals(OWNER_ONLY);
        return ours
                ? ApiKey.parse(
                        Files.readString(file, StandardCharsets.ISO_8859_1).stripTrailing())
                : Optional.empty();
    }

    /** Writes the file atomically, never readable by others. */
    static ApiKey write(Path file, ApiKey key) throws IOException {
        Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
        Files.deleteIfExists(temporary);
        ByteBuffer line = ByteBuffer.wrap((key.text() + "\n").getBytes(StandardCharsets.US_ASCII));
        try (FileChannel channel = FileChannel.open(
                temporary,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
            while (line.hasRemaining()) {
                channel.write(line);
            }
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
        return key;
    }
}
