package dev.busbar.host.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of an embedded database, wherever its URL puts it: with keys in it, only the user of the process may read it.
 * H2 itself creates it with the mode of any file. Stateless.
 */
final class PrivateFile {
    private static final Logger LOG = LoggerFactory.getLogger(PrivateFile.class);
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final FileAttribute<Set<PosixFilePermission>> FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private PrivateFile() {}

    /** As {@link #ensure}; warns of a folder that others can enter: H2 writes copies of the file there for a moment. */
    static void prepare(StoreSettings settings) {
        Compaction.file(settings)
                .map(file -> file.toAbsolutePath().getParent())
                .filter(PrivateFile::isOpen)
                .ifPresent(folder -> LOG.warn(
                        "other users of this machine can enter {}, where the store with its keys is (expected: chmod go= {})",
                        folder,
                        folder));
        ensure(settings);
    }

    private static boolean isOpen(Path folder) {
        try {
            return Files.isDirectory(folder)
                    && !PosixFilePermissions.fromString("rwx------").containsAll(Files.getPosixFilePermissions(folder));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Creates what is missing of the file and its folders, and restricts a file that others can read. */
    static void ensure(StoreSettings settings) {
        Optional<Path> file = Compaction.file(settings);
        if (file.isEmpty()) {
            return;
        }
        try {
            ensure(file.get().toAbsolutePath());
        } catch (IOException | UnsupportedOperationException e) {
            LOG.warn("{} could not be restricted to its user: it holds keys", file.get(), e);
        }
    }

    private static void ensure(Path file) throws IOException {
        Path folder = file.getParent();
        if (folder != null) {
            Files.createDirectories(folder, FOLDER);
        }
        if (!Files.exists(file)) {
            // H2 begins a database in an empty file; after a crash while it replaced a file, it looks for the new one.
            if (!Files.exists(file.resolveSibling(file.getFileName() + ".newFile"))) {
                Files.createFile(file, PosixFilePermissions.asFileAttribute(FILE));
            }
            return;
        }
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view != null && !FILE.containsAll(view.readAttributes().permissions())) {
            LOG.warn("{} could be read by other users of this machine; now it is for its user only", file);
            view.setPermissions(FILE);
        }
    }
}
