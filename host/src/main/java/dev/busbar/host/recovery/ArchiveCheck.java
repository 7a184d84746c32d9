package dev.busbar.host.recovery;

import dev.busbar.host.archive.ArchiveException;
import dev.busbar.host.archive.ArchiveKey;
import dev.busbar.host.archive.ArchiveReader;
import dev.busbar.host.archive.Manifest;
import dev.busbar.host.auditchain.ChainStore;
import dev.busbar.host.auditcheck.Verification;
import dev.busbar.host.auditcheck.Verifier;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.StoreSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The check of an archive: its entries, a restore into a temporary store, and the audit chains there. Stateless. */
public final class ArchiveCheck {
    private ArchiveCheck() {}

    /**
     * What was found of an archive that is whole.
     *
     * @param audit the audit chains of the rehearsal; empty without one
     */
    public record Result(Manifest manifest, Optional<Verification> audit) {}

    /**
     * Checks the entries of an archive, without a restore.
     *
     * @throws ArchiveException when it is not as it was written, or cannot be restored by this build
     */
    public static Manifest entries(Path archive, Optional<ArchiveKey> key) throws IOException {
        Manifest manifest = ArchiveReader.read(archive, key, new ArchiveReader.Visitor() {});
        requireSchema(manifest.header().schema(), Database.newestSchemaVersion());
        return manifest;
    }

    /** Only the build that made it, or a later one of the same major version, knows what the tables mean. */
    static void requireSchema(String schema, String newest) throws ArchiveException {
        if (!schema.matches("\\d{1,6}\\.\\d{1,6}")) {
            throw new ArchiveException("the archive has schema \"" + schema.replaceAll("[^!-~]", "?")
                    + "\" (expected: such as " + newest + ")");
        }
        int[] own = parts(newest);
        int[] other = parts(schema);
        if (other[0] != own[0] || other[1] > own[1]) {
            throw new ArchiveException("the archive has schema " + schema + " (expected: " + own[0] + ".0 to " + newest
                    + "; restore it with the version of the host that made it)");
        }
    }

    /** Returns whether the build whose newest schema is given knows all of another. */
    static boolean isKnown(String schema, String newest) {
        if (!schema.matches("\\d{1,6}\\.\\d{1,6}")) {
            return false;
        }
        int[] own = parts(newest);
        int[] other = parts(schema);
        return other[0] < own[0] || (other[0] == own[0] && other[1] <= own[1]);
    }

    private static int[] parts(String version) {
        return Arrays.stream(version.split("\\.", -1))
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    /**
     * Checks an archive, and restores it into a store in a temporary folder, which is migrated to the schema of this build
     * and deleted.
     *
     * @param scratch an existing folder with space for it, which only this user can read
     */
    public static Result rehearse(Path archive, Optional<ArchiveKey> key, Path scratch) throws IOException {
        Manifest manifest = entries(archive, key);
        Path folder = Files.createTempDirectory(scratch, "busbar-rehearsal-");
        try {
            StoreSettings settings = StoreSettings.embedded(folder);
            boolean unused = Import.into(
                    settings,
                    new Import.Source(archive, key, manifest, (name, content) -> InputStream.nullInputStream()
                            .close()),
                    (database, transaction) -> true);
            try (Database database = Database.open(settings)) {
                return new Result(manifest, Optional.of(Verifier.ofStore(new ChainStore(database))));
            }
        } finally {
            delete(folder);
        }
    }

    static void delete(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : all) {
            Files.deleteIfExists(file);
        }
    }
}
