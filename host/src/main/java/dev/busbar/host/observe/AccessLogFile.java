package dev.busbar.host.observe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rotating file of the access log: {@code access.log}, then {@code access.log.1} and so on, newest first, accessible
 * to the owner only. A file that was deleted, or moved by another program's log rotation, is created again. Used by the
 * writer thread only.
 */
final class AccessLogFile implements AutoCloseable {
    private static final String NAME = "access.log";
    private static final ByteBuffer LINE_END =
            ByteBuffer.wrap(new byte[] {'\n'}).asReadOnlyBuffer();

    private final Path folder;
    private final Path file;
    private final long maxBytes;
    private final int keepFiles;
    private @Nullable FileChannel channel;
    private @Nullable Object identity;
    private long size;

    AccessLogFile(Path folder, long maxBytes, int keepFiles) {
        this.folder = folder;
        this.file = folder.resolve(NAME);
        this.maxBytes = maxBytes;
        this.keepFiles = keepFiles;
    }

    /**
     * Appends complete lines; on failure truncates what was written of them, if the disk permits.
     *
     * @throws IOException if they were not written; the next call opens the file again
     */
    void append(ByteBuffer lines) throws IOException {
        try {
            FileChannel out = ready(lines.remaining());
            long before = size;
            try {
                write(out, lines);
            } catch (IOException e) {
                try {
                    out.truncate(before);
                } catch (IOException second) {
                    e.addSuppressed(second); // open() adds the missing line end
                }
                throw e;
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private void write(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            size += out.write(bytes);
        }
    }

    private FileChannel ready(int more) throws IOException {
        if (channel != null && !Objects.equals(identity, identity())) {
            close();
        }
        FileChannel open = channel == null ? open() : channel;
        if (size > 0 && size + more > maxBytes) {
            close();
            rotate();
            open = open();
        }
        return open;
    }

    /** The identity of the file of that name; null if there is none. */
    private @Nullable Object identity() throws IOException {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            return Objects.requireNonNullElse(found.fileKey(), found.creationTime());
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private FileChannel open() throws IOException {
        boolean posix = Files.getFileStore(existing(folder)).supportsFileAttributeView("posix");
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder, only(posix, "rwx------"));
        }
        FileChannel opened = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                only(posix, "rw-------"));
        channel = opened;
        identity = identity();
        size = opened.size();
        opened.position(size);
        if (size > 0 && !endsWithLine(opened)) {
            write(opened, LINE_END.duplicate()); // terminates a partial line
        }
        return opened;
    }

    private static Path existing(Path path) {
        Path found = path.toAbsolutePath();
        while (!Files.exists(found) && found.getParent() != null) {
            found = found.getParent();
        }
        return found;
    }

    private static FileAttribute<?>[] only(boolean posix, String permissions) {
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean endsWithLine(FileChannel opened) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        return opened.read(last, opened.size() - 1) == 1 && last.get(0) == '\n';
    }

    private void rotate() throws IOException {
        Files.deleteIfExists(older(keepFiles));
        for (int number = keepFiles - 1; number >= 1; number--) {
            move(older(number), older(number + 1));
        }
        move(file, older(1));
    }

    private Path older(int number) {
        return folder.resolve(NAME + "." + number);
    }

    private static void move(Path from, Path to) throws IOException {
        if (Files.exists(from, LinkOption.NOFOLLOW_LINKS)) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Override
    public void close() throws IOException {
        FileChannel open = channel;
        channel = null;
        identity = null;
        size = 0;
        if (open != null) {
            open.close();
        }
    }
}
