package dev.busbar.host.backup;

import java.time.Instant;
import java.util.Optional;

/**
 * A backup as it is shown, and as it stands beside its archive. Immutable.
 *
 * @param node the node that made it
 * @param automatic true if nobody asked for it
 * @param file the path of the archive on that node; empty unless it is done
 * @param bytes the size of the archive; while it runs, what has been written
 * @param rows the rows of all tables; while it runs, those that have been written
 * @param sha256 that of the archive file
 * @param schema the version of the store's schema
 * @param version the version of the host
 * @param problem why it failed
 */
public record BackupView(
        String id,
        State state,
        Instant createdAt,
        String node,
        boolean automatic,
        boolean encrypted,
        Optional<String> file,
        long bytes,
        long rows,
        Optional<String> sha256,
        Optional<String> schema,
        Optional<String> version,
        Optional<String> problem) {
    /** The states of a backup. */
    public enum State {
        /** It is being written. */
        RUNNING,
        /** The archive was written, read back and compared. */
        DONE,
        /** There is no archive. */
        FAILED
    }
}
