package dev.busbar.host.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.access.AccessRig;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Databases;
import dev.busbar.host.testing.FakeAuditTrail;
import dev.busbar.host.tokens.TestTokens;
import dev.busbar.host.tokens.Tokens;
import dev.busbar.plugin.ProblemException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The names in the audit events of failed authentications. */
class NamedIdsTest {
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    @TempDir
    Path data;

    private final FakeAuditTrail audit = new FakeAuditTrail();
    private Database database;
    private Logins logins;
    private String adminId;

    @BeforeEach
    void open() throws Exception {
        database = Databases.open(Databases.h2());
        AccessRig rig = new AccessRig(database, data);
        Tokens tokens = TestTokens.of(database, rig.audit, rig.clock());
        adminId = rig.access.keys().ensureBootstrapKey().orElseThrow().split("_")[2];
        logins = new Logins(rig.access, tokens, AuthenticationSettings.DEFAULTS, audit);
    }

    @AfterEach
    void close() {
        database.close();
    }

    /** A key with a right checksum, and a secret that nobody has. */
    private static String madeUp(String id) {
        String checked = "bsb_dev_" + id + "_" + "x".repeat(32) + "_";
        CRC32 crc = new CRC32();
        crc.update(checked.getBytes(StandardCharsets.US_ASCII));
        StringBuilder digits = new StringBuilder();
        long rest = crc.getValue();
        for (int i = 0; i < 6; i++) {
            digits.insert(0, ALPHABET.charAt((int) (rest % ALPHABET.length())));
            rest /= ALPHABET.length();
        }
        return checked + digits;
    }

    private void fail(String id, int times, String address) {
        for (int n = 0; n < times; n++) {
            assertThatThrownBy(() -> logins.byKey(madeUp(id), new Logins.Attempt(address, "request-1")))
                    .isInstanceOf(ProblemException.class);
        }
    }

    @Test
    void ids_that_a_client_made_up_are_never_named() {
        for (int n = 0; n < 10; n++) {
            fail("madeup00000" + n, 6, "10.1.0.1");
        }

        assertThat(audit.events()).hasSize(60);
        assertThat(audit.events()).extracting(AuditEvent::target).containsOnly("credential:key");
    }

    @Test
    void attempts_on_a_key_are_named_after_a_flood_from_the_same_address() {
        for (int n = 0; n < 10; n++) {
            fail("madeup00000" + n, 6, "10.1.0.1");
        }

        fail(adminId, 20, "10.1.0.1");

        assertThat(audit.events()).extracting(AuditEvent::target).contains("key:" + adminId);
    }

    @Test
    void the_store_is_asked_a_few_times_a_second_for_clients_over_budget() {
        AtomicInteger asked = new AtomicInteger();
        KnownIds ids = new KnownIds(id -> asked.incrementAndGet() > 0 && id.equals("real"), () -> 0);

        for (int n = 0; n < 100; n++) {
            assertThat(ids.contains("made-up-" + n, true)).isFalse();
        }

        assertThat(asked).hasValue(10);
        assertThat(ids.contains("real", false)).isTrue();
        assertThat(ids.contains("real", true)).isTrue();
        assertThat(asked).hasValue(11);
    }

    @Test
    void attempts_on_a_key_are_named_during_a_flood_of_others() {
        for (int n = 0; n < 10; n++) {
            fail("madeup00000" + n, 6, "10.1.0.1");
        }

        fail(adminId, 60, "10.2.0.1");

        assertThat(audit.events()).extracting(AuditEvent::target).contains("key:" + adminId);
        assertThat(audit.events().stream()
                        .filter(event -> event.target().equals("key:" + adminId))
                        .count())
                .isGreaterThan(50);
    }
}
