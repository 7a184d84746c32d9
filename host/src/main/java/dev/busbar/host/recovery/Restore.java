package dev.busbar.host.recovery;

import dev.busbar.host.archive.ArchiveKey;
import dev.busbar.host.archive.Manifest;
import dev.busbar.host.node.Node;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.StoreException;
import dev.busbar.host.store.StoreSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The restore of an archive onto a host that is stopped. The archive is checked as a whole before anything is written; a
 * store is filled beside the existing one, which it replaces at the end. What it replaces is moved aside, not deleted. The
 * host gets a new node name, and with it a new audit chain that begins with the record of the restore: its old chain ends
 * with the backup. For one thread.
 */
public final class Restore {
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final FileAttribute<Set<PosixFilePermission>> FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Target target;
    private final Options options;
    private final Clock clock;
    private final String stamp;
    private final List<Path> movedAside = new ArrayList<>();

    /**
     * Where a host is restored.
     *
     * @param data its data directory
     * @param store its store
     */
    public record Target(Path data, StoreSettings store) {}

    /**
     * How a host is restored.
     *
     * @param force whether an existing store is replaced
     * @param revokeAll whether all keys and signing keys are deleted
     * @param asCopy whether the host will run beside the one that was backed up: schedules, webhooks and jobs are stopped
     */
    public record Options(boolean force, boolean revokeAll, boolean asCopy) {}

    /**
     * A key that is valid after the restore.
     *
     * @param roles its roles, or those of its owner
     * @param ownerDisabled true if it cannot be used, because its owner is disabled or deleted
     * @param revokedBefore whether it was revoked in the store that was replaced; empty if that cannot be read
     */
    public record Key(
            String id,
            String owner,
            String name,
            String roles,
            Optional<Instant> expiresAt,
            boolean ownerDisabled,
            Optional<Boolean> revokedBefore) {}

    /** A principal with its roles. */
    public record Member(String principal, String roles) {}

    /**
     * What is valid after the restore.
     *
     * @param epoch the new epoch of the store
     */
    public record Access(String epoch, List<Key> keys, List<Member> members) {}

    /**
     * What was done.
     *
     * @param node the new name of this node
     * @param movedAside the files that were replaced
     * @param replacedSchema the schema on the server to which the tables that were replaced have been moved
     * @param files the folder with the files of the backup, such as its configuration; they are not put in place
     */
    public record Report(
            Manifest manifest,
            String node,
            Access access,
            List<Path> movedAside,
            Optional<String> replacedSchema,
            Path files) {}

    private Restore(Target target, Options options, Clock clock) {
        this.target = target;
        this.options = options;
        this.clock = clock;
        this.stamp = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'")
                .withZone(ZoneOffset.UTC)
                .format(clock.instant());
    }

    /**
     * Restores an archive.
     *
     * @throws IOException when it is refused, with what would have been overwritten; or has failed. The store that was
     *     there is as it was then
     */
    public static Report run(Path archive, Optional<ArchiveKey> key, Target target, Options options, Clock clock)
            throws IOException {
        Files.createDirectories(target.data(), FOLDER);
        Path lockFile = target.data().resolve(".restore.lock");
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                throw anotherRestore(target);
            }
            return new Restore(target, options, clock).locked(archive, key);
        } catch (OverlappingFileLockException e) {
            throw anotherRestore(target);
        }
    }

    private static IOException anotherRestore(Target target) {
        return new IOException("another restore into " + target.data() + " is running");
    }

    private Report locked(Path archive, Optional<ArchiveKey> key) throws IOException {
        Manifest manifest = ArchiveCheck.entries(archive, key);
        StoppedHost.require(target.store());
        refuseToOverwrite();
        Optional<Set<String>> revokedBefore = revokedBefore();
        Path staging = Files.createDirectory(target.data().resolve(".restore-" + stamp), FOLDER);
        try (NewStore store = NewStore.of(target.store(), stamp.toLowerCase(Locale.ROOT))) {
            Node node = Node.open(staging);
            Path files = Files.createDirectory(staging.resolve("files"), FOLDER);
            RestoredStore restored = new RestoredStore(manifest, node, options, clock.instant());
            Access access = Import.into(
                    store.settings(),
                    new Import.Source(archive, key, manifest, (name, content) -> write(files, name, content)),
                    (database, transaction) -> restored.finish(database, transaction, revokedBefore));
            store.migrate();
            StoppedHost.require(target.store());
            Path restoredFiles = moveIntoPlace(manifest, staging);
            Optional<String> replacedSchema = store.takePlace(stamp.toLowerCase(Locale.ROOT));
            return new Report(manifest, node.name(), access, movedAside, replacedSchema, restoredFiles);
        } finally {
            ArchiveCheck.delete(staging);
        }
    }

    private void refuseToOverwrite() throws IOException {
        if (options.force()) {
            return;
        }
        Optional<Path> file = Database.file(target.store());
        boolean filled = file.isPresent()
                ? Files.exists(file.get()) && Files.size(file.get()) > 0
                : Database.hasTables(target.store());
        if (filled) {
            throw new IOException("the restore would replace "
                    + file.map(path -> "the store " + path + " (" + size(path) + " KiB)")
                            .orElse("the tables of the host in the database of store.url")
                    + ", the node name and the audit folder of " + target.data()
                    + " (expected: an empty target, or --force; what is replaced is moved aside)");
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file) >> 10;
        } catch (IOException e) {
            return 0;
        }
    }

    /** The keys that the store that is replaced has revoked, none if it is not there; empty if it cannot be read. */
    private Optional<Set<String>> revokedBefore() {
        try {
            Optional<Path> file = Database.file(target.store());
            boolean noFile = file.isPresent() && !Files.exists(file.get());
            if (noFile || !Database.tables(target.store()).contains("api_key")) {
                return Optional.of(Set.of());
            }
            return Optional.of(
                    Set.copyOf(Database.peek(target.store(), "select id from api_key where revoked_at is not null")));
        } catch (StoreException e) {
            return Optional.empty();
        }
    }

    private static void write(Path folder, String name, InputStream content) throws IOException {
        Path file = folder.resolve(name).normalize();
        Path parent = file.getParent();
        if (parent == null || !file.startsWith(folder)) {
            throw new IOException("file: " + name + " (expected: a place in the folder of the restore)");
        }
        Files.createDirectories(parent, FOLDER);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(FILE));
        Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(file, FILE);
    }

    /** All but the store, which comes last: until then the host starts as it was, under a new name. */
    private Path moveIntoPlace(Manifest manifest, Path staging) throws IOException {
        Path data = target.data();
        Path files = data.resolve("restored-" + manifest.header().id() + "-" + stamp);
        Files.move(staging.resolve("files"), files);
        moveAside(data.resolve("audit"));
        if (options.revokeAll()) {
            moveAside(data.resolve("admin.key"));
        }
        moveAside(data.resolve("node"));
        Files.move(staging.resolve("node"), data.resolve("node"), StandardCopyOption.ATOMIC_MOVE);
        Optional<Path> store = Database.file(target.store());
        if (store.isPresent()) {
            moveAside(store.get());
        }
        return files;
    }

    private void moveAside(Path path) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            Path aside = path.resolveSibling(path.getFileName() + ".replaced-" + stamp);
            Files.move(path, aside, StandardCopyOption.ATOMIC_MOVE);
            movedAside.add(aside);
        }
    }
}
