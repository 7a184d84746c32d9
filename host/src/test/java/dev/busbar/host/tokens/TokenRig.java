package dev.busbar.host.tokens;

import dev.busbar.host.auditlog.AuditLogs;
import dev.busbar.host.issuers.Issuers;
import dev.busbar.host.store.Database;
import dev.busbar.host.testing.SetClock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Nodes that issue tokens over one database, by a clock that a test sets. For one thread. */
final class TokenRig {
    static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    static final TokenSettings SETTINGS = TokenSettings.of("https://busbar.test");

    final SetClock clock = new SetClock(START);

    /** The tokens of another node. */
    Tokens tokens(Database database) {
        return new Tokens(
                database,
                AuditLogs.temporary(database, clock),
                SETTINGS,
                new Issuers(Map.of(), clock, Runnable::run),
                new Tokens.Sources(clock, clock::nanos, TestTokens::pair));
    }

    /** A grant of {@code turbo:read} to the principal {@code ada}. */
    static Grant grant() {
        return new Grant(
                "ada", "abcdefghijkl", Set.of("analyst"), List.of("turbo:read"), Optional.empty(), Optional.empty());
    }
}
