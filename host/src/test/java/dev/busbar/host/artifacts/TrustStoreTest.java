package dev.busbar.host.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.artifacts.TrustStore.Consented;
import dev.busbar.host.artifacts.TrustStore.Provenance;
import dev.busbar.host.isolation.InvalidPluginException;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import dev.busbar.host.testing.Jars;
import dev.busbar.host.testing.TestSigner;
import dev.busbar.host.trust.TrustSettings;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

final class TrustStoreTest {
    @TempDir
    private Path work;

    private static final String FIRST = "1".repeat(64);
    private static final String SECOND = "2".repeat(64);

    @EachDatabase
    void what_vouches_for_a_jar_is_read_back_and_replaced(Database database) {
        TrustStore store = new TrustStore(database);
        assertThat(store.provenance(FIRST)).isEqualTo(Provenance.NONE);

        store.put(FIRST, new Provenance(Optional.of("a line\nanother\n")));
        assertThat(store.provenance(FIRST)).isEqualTo(new Provenance(Optional.of("a line\nanother\n")));
        store.put(FIRST, new Provenance(Optional.of("another")));

        assertThat(store.provenance(FIRST)).isEqualTo(new Provenance(Optional.of("another")));
        assertThat(store.provenance(SECOND)).isEqualTo(Provenance.NONE);
    }

    @EachDatabase
    void consents_are_read_back_and_replaced(Database database) {
        TrustStore store = new TrustStore(database);
        assertThat(store.consented(FIRST)).isEqualTo(Consented.NONE);

        store.put(FIRST, new Consented(Set.of(), true));
        assertThat(store.consented(FIRST)).isEqualTo(new Consented(Set.of(), true));
        store.put(FIRST, new Consented(Set.of("GET /", "POST /open/{id}"), false));

        assertThat(store.consented(FIRST)).isEqualTo(new Consented(Set.of("GET /", "POST /open/{id}"), false));
    }

    @EachDatabase
    void a_jar_that_is_deleted_leaves_nothing(Database database) {
        TrustStore store = new TrustStore(database);
        store.put(FIRST, new Provenance(Optional.of("another")));
        store.put(FIRST, new Consented(Set.of(), true));
        store.put(SECOND, new Consented(Set.of(), true));

        Void unused = database.change(transaction -> {
            store.delete(transaction, FIRST);
            return null;
        });

        assertThat(store.provenance(FIRST)).isEqualTo(Provenance.NONE);
        assertThat(store.consented(FIRST)).isEqualTo(Consented.NONE);
        assertThat(store.consented(SECOND)).isEqualTo(new Consented(Set.of(), true));
    }

    @EachDatabase
    void what_was_read_of_a_jar_is_known_while_the_store_is_unavailable(Database database) {
        TrustStore earlier = new TrustStore(database);
        earlier.put(FIRST, new Provenance(Optional.of("a line")));
        earlier.put(FIRST, new Consented(Set.of("GET /"), false));
        TrustStore store = new TrustStore(database);
        store.remember(Set.of(FIRST, SECOND));

        database.close();

        assertThat(store.provenance(FIRST)).isEqualTo(new Provenance(Optional.of("a line")));
        assertThat(store.consented(FIRST)).isEqualTo(new Consented(Set.of("GET /"), false));
        assertThat(store.provenance(SECOND)).isEqualTo(Provenance.NONE);
        assertThat(store.consented(SECOND)).isEqualTo(Consented.NONE);
        assertThat(earlier.provenance(FIRST)).isEqualTo(new Provenance(Optional.of("a line")));
        store.forget(FIRST);
        assertThatThrownBy(() -> store.provenance(FIRST)).matches(Database::isUnavailable);
        assertThatThrownBy(() -> store.consented(FIRST)).matches(Database::isUnavailable);
    }

    @EachDatabase
    void a_jar_that_was_read_is_found_while_the_store_is_unavailable(Database database) throws Exception {
        byte[] bytes = Jars.answering("billing", "1.0.0").bytes();
        String sha256 = TestSigner.digest(bytes);
        TrustSettings off = new TrustSettings(
                TrustSettings.Policy.OFF,
                work.resolve("trust"),
                work.resolve("SHA256SUMS"),
                work.resolve("bundled.sha256"),
                List.of());
        try (Admission admission = ArtifactStore.open(work, off, true, database, Clock.systemUTC())
                .admit(new ByteArrayInputStream(bytes), released -> {})) {
            assertThat(admission.check(Optional.empty()).id()).isEqualTo("billing");
        }
        ArtifactStore restarted = ArtifactStore.open(work, off, true, database, Clock.systemUTC());
        restarted.remember(Set.of(sha256));

        database.close();

        assertThat(restarted.find(sha256).id()).isEqualTo("billing");
        restarted.deleteShadow(sha256);
        assertThatThrownBy(() -> restarted.find(sha256)).matches(Database::isUnavailable);
    }

    @EachDatabase
    void a_jar_that_the_store_calls_bundled_is_not_believed(Database database) throws Exception {
        byte[] unsigned = Jars.answering("billing", "1.0.0").bytes();
        TrustSettings required = new TrustSettings(
                TrustSettings.Policy.REQUIRE,
                work.resolve("trust"),
                work.resolve("SHA256SUMS"),
                work.resolve("bundled.sha256"),
                List.of());
        ArtifactStore store = ArtifactStore.open(work, required, true, database, Clock.systemUTC());
        database.jdbi()
                .useHandle(handle -> handle.execute(
                        "insert into plugin_voucher (sha256, signature, bundled) values (?, null, true)",
                        TestSigner.digest(unsigned)));

        try (Admission admission = store.admit(new ByteArrayInputStream(unsigned), released -> {})) {
            assertThatThrownBy(() -> admission.check(Optional.empty()))
                    .isInstanceOf(InvalidPluginException.class)
                    .hasMessageContaining("it waits for a signature");
        }
    }
}
