package dev.busbar.host.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.artifacts.TrustStore.Consented;
import dev.busbar.host.artifacts.TrustStore.Provenance;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import java.util.Optional;
import java.util.Set;

final class TrustStoreTest {
    private static final String FIRST = "1".repeat(64);
    private static final String SECOND = "2".repeat(64);

    @EachDatabase
    void what_vouches_for_a_jar_is_read_back_and_replaced(Database database) {
        TrustStore store = new TrustStore(database);
        assertThat(store.provenance(FIRST)).isEqualTo(Provenance.NONE);

        store.put(FIRST, new Provenance(Optional.of("a line\nanother\n"), false));
        assertThat(store.provenance(FIRST)).isEqualTo(new Provenance(Optional.of("a line\nanother\n"), false));
        store.put(FIRST, new Provenance(Optional.empty(), true));

        assertThat(store.provenance(FIRST)).isEqualTo(new Provenance(Optional.empty(), true));
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
        store.put(FIRST, new Provenance(Optional.empty(), true));
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
}
