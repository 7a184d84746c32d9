package dev.busbar.host;

import dev.busbar.host.admin.HostRoute;
import dev.busbar.host.backup.Backups;
import dev.busbar.host.settings.HostSettings;
import dev.busbar.host.threads.Threads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;

/** The backups of the store. Its objects may be used by any thread. */
final class Safekeeping implements Part {
    private static final Duration PERIOD = Duration.ofMinutes(1);

    private final Backups backups;

    Safekeeping(HostSettings settings, Storage storage, Observation observation, Opened opened) {
        ExecutorService thread = Threads.idling("busbar-backup", 1);
        // Not interrupted: the embedded store closes its file under a reader that is.
        opened.add("backup thread", () -> Closing.end(thread));
        String packaged = Safekeeping.class.getPackage().getImplementationVersion();
        backups = opened.add(
                "backups",
                new Backups(
                        settings.base().backup(),
                        storage.database(),
                        new Backups.Means(
                                storage.node().name(),
                                packaged == null ? "unpackaged" : packaged,
                                storage.audit(),
                                thread),
                        storage.clock()));
        backups.measure(observation.meters());
    }

    @Override
    public List<HostRoute> routes() {
        return backups.routes();
    }

    @Override
    public void schedule(Ticks ticks) {
        ticks.every(PERIOD, Ticks.Work.MAY_BLOCK, "backups", backups::tick);
    }

    /** True if the last good backup is too old. Does not block. */
    boolean isOverdue() {
        return backups.isOverdue();
    }
}
