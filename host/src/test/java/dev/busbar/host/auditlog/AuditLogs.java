package dev.busbar.host.auditlog;

import dev.busbar.host.auditchain.AuditRecord;
import dev.busbar.host.auditchain.ChainStore;
import dev.busbar.host.auditcheck.Verifier;
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

    /** The verifier of a node, as the host makes it. */
    public static Verifier verifier(AuditSettings settings, Database database, AuditLog audit, Clock clock) {
        Verifier.Own own = new Verifier.Own(
                audit.node(), audit.publicKey(), settings.checkpointInterval(), audit::lastCheckpoint, audit::walked);
        return new Verifier(new ChainStore(database), settings.checkpoints(), own, clock);
    }

    /** The records of its chain, in order. */
    static List<AuditRecord> records(Database database, AuditLog audit) {
        List<AuditRecord> records = new ArrayList<>();
        new ChainStore(database).records(audit.node()).forEachRemaining(records::add);
        return records;
    }
}
