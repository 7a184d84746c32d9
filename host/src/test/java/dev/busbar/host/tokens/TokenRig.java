package dev.busbar.host.tokens;

import dev.busbar.host.auditlog.AuditLogs;
import dev.busbar.host.issuers.Issuers;
import dev.busbar.host.store.Database;
import dev.busbar.host.testing.SetClock;
import java.security.KeyPair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Nodes that issue tokens over one database, by a clock that a test sets. For one thread. */
final class TokenRig {
    static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    static final TokenSettings SETTINGS = TokenSettings.of("https://busbar.test");

    /** More than the keys of one test. */
    private static final int PAIRS = 8;

    private static final List<KeyPair> GENERATED = new ArrayList<>();
    private static int next;

    final SetClock clock = new SetClock(START);

    /** Key pairs in turn: generating one takes as long as the rest of a test. */
    private static synchronized KeyPair pair() {
        if (GENERATED.size() < PAIRS) {
            GENERATED.add(RsaKeys.generate());
        }
        return GENERATED.get(next++ % PAIRS);
    }

    /** The tokens of another node. */
    Tokens tokens(Database database) {
        return new Tokens(
                database,
                AuditLogs.temporary(database, clock),
                SETTINGS,
                new Issuers(Map.of(), clock, Runnable::run),
                new Tokens.Sources(clock, clock::nanos, TokenRig::pair));
    }

    /** A grant of {@code turbo:read} to the principal {@code ada}. */
    static Grant grant() {
        return new Grant(
                "ada", "abcdefghijkl", Set.of("analyst"), List.of("turbo:read"), Optional.empty(), Optional.empty());
    }
}
