package dev.busbar.host.revocations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import java.time.Duration;
import java.time.Instant;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.junit.jupiter.api.Test;

class RevocationStoreTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    private static void insert(Database database, int count, Instant end) {
        database.jdbi().useHandle(handle -> {
            PreparedBatch batch = handle.prepareBatch("insert into revocation (kind, issuer, name, ends_at, revoked_by,"
                    + " revoked_at) values ('token', '', :name, :end, 'root', current_timestamp)");
            for (int i = 0; i < count; i++) {
                batch.bind("name", end + "-" + i).bind("end", end).add();
            }
            batch.execute();
        });
    }

    @EachDatabase
    void all_expired_revocations_are_deleted_however_many_there_are(Database database) {
        insert(database, 2 * RevocationStore.MAX_DELETED + 1, NOW.minusSeconds(1));
        insert(database, 1, NOW.plus(Duration.ofHours(1)));
        RevocationStore store = new RevocationStore(database);

        assertThat(store.forget(NOW)).isEqualTo(2 * RevocationStore.MAX_DELETED + 1);

        assertThat(store.newest(10)).hasSize(1);
        assertThat(store.forget(NOW)).isZero();
    }

    @Test
    void a_payload_is_read_as_it_was_written_by_this_host_or_an_earlier_one() {
        Revocation subject = Revocation.of(Revocation.Kind.SUBJECT, "", "ada", "root", NOW);
        Revocation key = Revocation.of(Revocation.Kind.KEY, "corp", "k1", "root", NOW);

        assertThat(RevocationStore.read(RevocationStore.payload(subject))).isEqualTo(subject);
        assertThat(RevocationStore.read(RevocationStore.payload(key))).isEqualTo(key);
        assertThat(RevocationStore.read("{\"kind\":\"subject\",\"issuer\":\"\",\"name\":\"ada\",\"cutOff\":"
                        + "\"2026-11-22T10:00:00Z\",\"endsAt\":\"2026-11-23T11:00:00Z\",\"by\":\"root\"}"))
                .isEqualTo(subject);
        assertThat(RevocationStore.read("{\"kind\":\"key\",\"issuer\":\"corp\",\"name\":\"k1\",\"by\":\"root\"}"))
                .isEqualTo(key);
    }
}
