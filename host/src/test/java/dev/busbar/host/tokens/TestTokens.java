package dev.busbar.host.tokens;

import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.issuers.Issuers;
import dev.busbar.host.store.Database;
import java.security.KeyPair;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Tokens whose signing keys are taken in turn from a few key pairs: generating one takes longer than the rest of a test.
 * May be called from any thread.
 */
public final class TestTokens {
    /** More than the keys of one test. */
    private static final int PAIRS = 4;

    private static final List<KeyPair> GENERATED = new ArrayList<>();
    private static int next;

    private TestTokens() {}

    /** The tokens of {@code https://busbar.test}, the only issuer. */
    public static Tokens of(Database database, AuditTrail audit, Clock clock) {
        return new Tokens(
                database,
                audit,
                TokenSettings.of("https://busbar.test"),
                new Issuers(Map.of(), clock, Runnable::run),
                new Tokens.Sources(clock, System::nanoTime, TestTokens::pair));
    }

    /** Key pairs in turn. */
    static KeyPair pair() {
        synchronized (GENERATED) {
            if (GENERATED.size() < PAIRS) {
                GENERATED.add(RsaKeys.generate());
            }
            return GENERATED.get(next++ % PAIRS);
        }
    }
}
