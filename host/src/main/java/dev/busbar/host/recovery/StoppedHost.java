package dev.busbar.host.recovery;

import dev.busbar.host.node.NodeLease;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.StoreSettings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The requirement that no host runs on a store: an embedded store has its file locked, and in a shared one the beat of a
 * running node rises each second. The store is not opened, because that would migrate it. Stateless.
 */
final class StoppedHost {
    private static final String BEATS =
            "select name || ' ' || beat from node where incarnation is not null order by name";

    private StoppedHost() {}

    /** @throws IOException when a host runs on it */
    static void require(StoreSettings store) throws IOException {
        Optional<Path> file = Database.file(store);
        if (file.isPresent()) {
            requireUnlocked(file.get());
        } else if (Database.tables(store).contains("node")) {
            requireNoBeat(store);
        }
    }

    private static void requireUnlocked(Path file) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                throw running(file.toString());
            }
        } catch (OverlappingFileLockException e) {
            throw running(file.toString());
        }
    }

    private static void requireNoBeat(StoreSettings store) throws IOException {
        List<String> before = Database.peek(store, BEATS);
        if (before.isEmpty()) {
            return;
        }
        try {
            TimeUnit.NANOSECONDS.sleep(NodeLease.WATCH.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        List<String> after = Database.peek(store, BEATS);
        if (!before.equals(after)) {
            List<String> nodes = after.stream()
                    .filter(beat -> !before.contains(beat))
                    .map(beat -> beat.replaceFirst(" .*", ""))
                    .toList();
            throw running("the store, as node " + String.join(", ", nodes));
        }
    }

    private static IOException running(String where) {
        return new IOException("a host is running on " + where + " (expected: all hosts of this store stopped)");
    }
}
