package dev.busbar.host.auditlog;

import dev.busbar.host.auditchain.AuditRecord;
import dev.busbar.host.auditchain.ChainStore;
import dev.busbar.host.node.Node;
import dev.busbar.host.store.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Opens audit logs for tests, each of the node that its data directory names. Stateless. */
public final class AuditLogs {
    private AuditLogs() {}

    /** The audit log of a data directory, which is created. */
    public static AuditLog open(Path data, Database database, Clock clock) {
        return open(AuditSettings.in(data), database, clock);
    }

    /** An audit log with settings of its own. */
    public static AuditLog open(AuditSettings settings, Database database, Clock clock) {
        try {
            Node node = Node.open(Files.createDirectories(settings.data()));
            return AuditLog.open(settings, node, database, clock);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The audit log of a new node. */
    public static AuditLog temporary(Database database, Clock clock) {
        try {
            return open(Files.createTempDirectory("busbar-audit"), database, clock);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The records of its chain, in order. */
    static List<AuditRecord> records(Database database, AuditLog audit) {
        List<AuditRecord> records = new ArrayList<>();
        new ChainStore(database).records(audit.node()).forEachRemaining(records::add);
        return records;
    }
}
