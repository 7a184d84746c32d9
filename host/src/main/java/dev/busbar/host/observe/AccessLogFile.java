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
 * The file that is written, and the older ones beside it: {@code access.log}, {@code access.log.1} and so on, the newest
 * first. For the owner alone. A file that was taken away, or moved by somebody else's log rotation, is made anew. Used by
 * the one thread that writes.
 */
final class AccessLogFile implements AutoCloseable {
    private static final String NAME = "access.log";
    private static final ByteBuffer LINE_END =
            ByteBuffer.wrap(new byte[] {'\n'}).asReadOnlyBuffer();

    private final Path folder;
    private final Path file;
    private final long maxBytes;
    private final int kept;
    private @Nullable FileChannel channel;
    private @Nullable Object identity;
    private long size;

    AccessLogFile(Path folder, long maxBytes, int kept) {
        this.folder = folder;
        this.file = folder.resolve(NAME);
        this.maxBytes = maxBytes;
        this.kept = kept;
    }

    /**
     * Appends whole lines; where that fails, nothing of them stays, as far as the disk lets that be done.
     *
     * @throws IOException when they are not written; the next call begins anew
     */
    void append(ByteBuffer lines) throws IOException {
        try {
            FileChannel out = ready(lines.remaining());
            long whole = size;
            try {
                write(out, lines);
            } catch (IOException e) {
                try {
                    out.truncate(whole);
                } catch (IOException second) {
                    e.addSuppressed(second); // the line end that is missing is seen when it is opened again
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
            roll();
            open = open();
        }
        return open;
    }

    /** What tells this file from another of its name; null where there is none. */
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
            write(opened, LINE_END.duplicate()); // a line that was cut off spoils no other
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

    private void roll() throws IOException {
        Files.deleteIfExists(older(kept));
        for (int number = kept - 1; number >= 1; number--) {
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
