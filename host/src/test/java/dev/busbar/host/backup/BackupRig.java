package dev.busbar.host.backup;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.store.Database;
import dev.busbar.host.testing.FakeAuditTrail;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Backups that are made at once, for tests. */
public final class BackupRig {
    private BackupRig() {}

    /** The archive of a new backup of a store. */
    public static Path archive(Database database, Path directory, Optional<Path> keyFile) throws IOException {
        Backups backups =
                backups(database, settings(directory, keyFile, Optional.empty()), "node-a", new FakeAuditTrail());
        String id = backups.start(Actor.HOST).id();
        BackupView view = backups.find(id).orElseThrow();
        return Path.of(view.file().orElseThrow(() -> new IOException(String.valueOf(view))));
    }

    static Backups backups(Database database, BackupSettings settings, String node, FakeAuditTrail audit) {
        return backups(database, settings, node, audit, Clock.systemUTC());
    }

    static Backups backups(Database database, BackupSettings settings, String node, FakeAuditTrail audit, Clock clock) {
        return new Backups(settings, database, new Backups.Means(node, "1.0.0", audit, Runnable::run), clock);
    }

    static BackupSettings settings(
            Path directory, Optional<Path> keyFile, Optional<BackupSettings.Automatic> automatic) {
        return new BackupSettings(
                directory,
                keyFile,
                automatic,
                new BackupSettings.Retention(3, Optional.empty()),
                List.of(new BackupSettings.IncludedFile("data", directory.resolveSibling("included"))));
    }
}
