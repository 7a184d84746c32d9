package dev.busbar.host.tokens;

import dev.busbar.host.auditlog.AuditLog;
import dev.busbar.host.auditlog.AuditSettings;
import dev.busbar.host.node.Node;
import dev.busbar.host.store.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/** An audit for a test of tokens, as that of a node of its own. */
final class Ledger {
    private Ledger() {}

    static AuditLog of(Database database, Clock clock) {
        try {
            Path data = Files.createTempDirectory("busbar-audit");
            return AuditLog.open(AuditSettings.in(data), Node.open(data), database, clock);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
