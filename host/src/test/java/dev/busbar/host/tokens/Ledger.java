package dev.busbar.host.tokens;

import dev.busbar.host.audit.Audit;
import dev.busbar.host.audit.AuditSettings;
import dev.busbar.host.store.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Clock;

/** An audit for a test of tokens, as that of a node of its own. */
final class Ledger {
    private Ledger() {}

    static Audit of(Database database, Clock clock) {
        try {
            return Audit.open(AuditSettings.in(Files.createTempDirectory("busbar-audit")), database, clock);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
