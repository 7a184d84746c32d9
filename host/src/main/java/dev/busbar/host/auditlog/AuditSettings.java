package dev.busbar.host.auditlog;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Settings of the audit log. Immutable.
 *
 * @param data the data directory, with the name, the signing key and the spool of this node
 * @param checkpoints the file outside of the store to which signed checkpoints are appended
 * @param checkpointRecords the count of records after which a checkpoint is written
 * @param checkpointInterval the time after which a checkpoint is written if there are new records
 */
public record AuditSettings(Path data, Path checkpoints, int checkpointRecords, Duration checkpointInterval) {
    /** The defaults for a data directory. */
    public static AuditSettings in(Path data) {
        return new AuditSettings(
                data, data.resolve("audit").resolve("checkpoints.ndjson"), 1_000, Duration.ofMinutes(1));
    }
}
