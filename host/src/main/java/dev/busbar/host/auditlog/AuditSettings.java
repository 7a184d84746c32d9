package dev.busbar.host.auditlog;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How things are put on record.
 *
 * @param data where this node keeps its name, its signing key and its spool
 * @param checkpoints the file outside of the store that signed checkpoints are appended to
 * @param checkpointRecords after how many records there is another
 * @param checkpointInterval after what time there is another, if there are new records
 */
public record AuditSettings(Path data, Path checkpoints, int checkpointRecords, Duration checkpointInterval) {
    /** What holds where nothing is set. */
    public static AuditSettings in(Path data) {
        return new AuditSettings(
                data, data.resolve("audit").resolve("checkpoints.ndjson"), 1_000, Duration.ofMinutes(1));
    }
}
