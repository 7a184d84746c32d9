package dev.busbar.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data directory, with keys, the store and copies of plugins: accessible to the user of the process only. Used
 * once, by the thread that starts the host.
 */
final class DataFolder {
    private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rwx------");
    private static final List<String> PRIVATE = List.of("store", "work", "logs");

    private DataFolder() {}

    /**
     * Creates missing directories. An existing one that other users can read stays as it is, because that may be
     * intended, with one warning.
     *
     * @return whether it warned
     * @throws IOException when it cannot be created, or every user of the machine may write to it and one of them has: such
     *     a file could be taken for a key of this host
     */
    static boolean prepare(Path data) throws IOException {
        boolean wide = make(data);
        if (has(data, PosixFilePermission.OTHERS_WRITE)) {
            requireOwnFiles(data, LocalUser.of(ProcessHandle.current()).orElse(""), LocalUser::isRoot);
            restrict(data);
        }
        for (String name : PRIVATE) {
            wide |= make(data.resolve(name));
        }
        if (wide) {
            LOG.warn(
                    "{} or its content can be read by other users of this machine (expected: chmod -R go= {})",
                    data,
                    data);
        }
        return wide;
    }

    private static boolean make(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return isWide(folder);
        }
        FileStore store = Files.getFileStore(existing(folder.toAbsolutePath()));
        boolean posix = store.supportsFileAttributeView(PosixFileAttributeView.class);
        FileAttribute<?>[] attributes = {};
        Files.createDirectories(
                folder, posix ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER)} : attributes);
        return false;
    }

    private static Path existing(Path folder) {
        Path found = folder;
        while (!Files.exists(found) && found.getParent() != null) {
            found = found.getParent();
        }
        return found;
    }

    private static boolean isWide(Path folder) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(folder, PosixFileAttributeView.class);
        return view != null && !OWNER.containsAll(view.readAttributes().permissions());
    }

    /** A fresh volume is often open to everybody, and empty. */
    static void requireOwnFiles(Path data, String user, Predicate<String> isTrusted) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(data)) {
            for (Path entry : entries) {
                String owner = LocalUser.ownerOf(entry);
                if (!owner.equals(user) && !isTrusted.test(owner)) {
                    throw new IOException("data directory: every user of this machine may write to " + data + ", and "
                            + entry.getFileName() + " is of another user (expected: files of user " + user
                            + " alone; then chmod o-w " + data + ")");
                }
            }
        }
    }

    /** Takes the right to write from other users, or warns where the directory is not of this user. */
    private static void restrict(Path data) throws IOException {
        Set<PosixFilePermission> permissions = EnumSet.copyOf(Files.getPosixFilePermissions(data));
        permissions.remove(PosixFilePermission.OTHERS_WRITE);
        try {
            Files.setPosixFilePermissions(data, permissions);
            LOG.info("every user of this machine could write to {}; now others cannot", data);
        } catch (IOException e) {
            LOG.warn(
                    "every user of this machine may write to {} (expected: a directory of this user, or chmod o-w {})",
                    data,
                    data,
                    e);
        }
    }

    private static boolean has(Path folder, PosixFilePermission permission) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(folder, PosixFileAttributeView.class);
        return view != null && view.readAttributes().permissions().contains(permission);
    }
}
