package dev.busbar.host.backup;

import dev.busbar.core.JsonCodec;
import dev.busbar.host.archive.ArchiveReader;
import dev.busbar.host.backup.BackupView.State;
import dev.busbar.plugin.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of archives. An archive is written under a name that is not listed, made durable, and renamed; beside it
 * stands what is shown of it. A process that was killed leaves a partial file, which the next backup of the same node
 * deletes. Stateless beyond its path; safe for any number of threads and processes.
 */
final class BackupFolder {
    private static final Logger LOG = LoggerFactory.getLogger(BackupFolder.class);
    private static final Pattern ID = Pattern.compile("backup-\\d{8}T\\d{6}Z-[0-9a-f]{8}");
    private static final int MAX_VIEW_BYTES = 1 << 16;
    private static final JsonCodec JSON = JsonCodec.withoutTraces(BackupFolder.class.getClassLoader());
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE = PosixFilePermissions.asFileAttribute(FILE);
    private static final FileAttribute<Set<PosixFilePermission>> FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path directory;
    private final String node;

    /** @param node the node whose partial files may be deleted */
    BackupFolder(Path directory, String node) {
        this.directory = directory;
        this.node = node;
    }

    static boolean isId(String id) {
        return ID.matcher(id).matches();
    }

    /** Creates the new file of a backup, which is not listed; the directory is created too. */
    FileChannel create(String id) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, FOLDER);
        }
        return FileChannel.open(partial(id), Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), PRIVATE);
    }

    /** The file of a backup that is being written. */
    Path partial(String id) {
        return directory.resolve("." + id + "." + node + ".partial");
    }

    /** The archive of a backup. */
    Path archive(String id) {
        return directory.resolve(id + ".tar");
    }

    private Path beside(String id) {
        return directory.resolve(id + ".json");
    }

    /** Lists a backup whose file is complete and durable. */
    void publish(BackupView view) throws IOException {
        Path temporary = directory.resolve("." + view.id() + "." + node + ".json.partial");
        try (FileChannel channel =
                FileChannel.open(temporary, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), PRIVATE)) {
            ByteBuffer json = ByteBuffer.wrap(JSON.encode(view));
            while (json.hasRemaining()) {
                channel.write(json);
            }
            channel.force(true);
        }
        Files.move(temporary, beside(view.id()), StandardCopyOption.ATOMIC_MOVE);
        Files.move(partial(view.id()), archive(view.id()), StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    /** Deletes what a failed backup has left. Never throws. */
    void discard(String id) {
        delete(partial(id));
    }

    /** Deletes what processes of this node have left that were killed; called while none is writing. */
    void sweep() throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        String end = "." + node + ".partial";
        String endOfView = "." + node + ".json.partial";
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (name.startsWith(".backup-") && (name.endsWith(end) || name.endsWith(endOfView))) {
                    LOG.info("{}: deleted, left by a backup that did not end", file);
                    delete(file);
                }
            }
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("{} could not be deleted", file, e);
        }
    }

    /** The backups, the newest first. */
    List<BackupView> list() throws IOException {
        List<BackupView> found = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> archives = Files.newDirectoryStream(directory, "backup-*.tar")) {
                for (Path archive : archives) {
                    String name = archive.getFileName().toString();
                    view(name.substring(0, name.length() - ".tar".length())).ifPresent(found::add);
                }
            }
        }
        found.sort(Comparator.comparing(BackupView::createdAt)
                .thenComparing(BackupView::id)
                .reversed());
        return found;
    }

    /** A backup; empty if there is none of this id. */
    Optional<BackupView> view(String id) {
        if (!isId(id) || !Files.isRegularFile(archive(id))) {
            return Optional.empty();
        }
        try {
            if (Files.size(beside(id)) <= MAX_VIEW_BYTES) {
                byte[] json = Files.readAllBytes(beside(id));
                return Optional.of(JSON.decode(new ByteArrayInputStream(json), BackupView.class));
            }
        } catch (NoSuchFileException e) {
            LOG.debug("{} has no description beside it", archive(id), e);
        } catch (IOException | ProblemException e) {
            LOG.warn("{} cannot be read; the archive itself may be whole", beside(id), e);
        }
        return copied(id);
    }

    /** An archive without what stands beside it: what its name and size tell. */
    private Optional<BackupView> copied(String id) {
        try {
            long size = Files.size(archive(id));
            return Optional.of(new BackupView(
                    id,
                    State.DONE,
                    Instant.parse(id.replaceFirst(
                            "backup-(\\d{4})(\\d{2})(\\d{2})T(\\d{2})(\\d{2})(\\d{2})Z-.*", "$1-$2-$3T$4:$5:$6Z")),
                    "",
                    false,
                    ArchiveReader.isEncrypted(archive(id)),
                    Optional.of(archive(id).toString()),
                    size,
                    0,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()));
        } catch (IOException | DateTimeException e) {
            LOG.warn("{} cannot be read", archive(id), e);
            return Optional.empty();
        }
    }

    /**
     * Deletes automatic backups beyond the retention; never the newest backup that is whole.
     *
     * @return the ids of those that were deleted
     */
    List<String> retain(BackupSettings.Retention retention, Instant now) throws IOException {
        List<BackupView> automatic =
                list().stream().filter(BackupView::automatic).toList();
        Set<String> deleted = new HashSet<>();
        for (int i = 1; i < automatic.size(); i++) {
            BackupView each = automatic.get(i);
            boolean old = retention
                    .maxAge()
                    .filter(age -> each.createdAt().plus(age).isBefore(now))
                    .isPresent();
            if (i >= retention.keep() || old) {
                // The archive first: without it nothing is listed.
                delete(archive(each.id()));
                delete(beside(each.id()));
                deleted.add(each.id());
            }
        }
        return List.copyOf(deleted);
    }
}
