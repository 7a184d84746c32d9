package dev.busbar.host.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.artifacts.VoucherStore.Consented;
import dev.busbar.host.artifacts.VoucherStore.Voucher;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import java.util.Optional;
import java.util.Set;

final class VoucherStoreTest {
    private static final String FIRST = "1".repeat(64);
    private static final String SECOND = "2".repeat(64);

    @EachDatabase
    void what_vouches_for_a_jar_is_read_back_and_replaced(Database database) {
        VoucherStore store = new VoucherStore(database);
        assertThat(store.voucher(FIRST)).isEqualTo(Voucher.NONE);

        store.put(FIRST, new Voucher(Optional.of("a line\nanother\n"), false));
        assertThat(store.voucher(FIRST)).isEqualTo(new Voucher(Optional.of("a line\nanother\n"), false));
        store.put(FIRST, new Voucher(Optional.empty(), true));

        assertThat(store.voucher(FIRST)).isEqualTo(new Voucher(Optional.empty(), true));
        assertThat(store.voucher(SECOND)).isEqualTo(Voucher.NONE);
    }

    @EachDatabase
    void consents_are_read_back_and_replaced(Database database) {
        VoucherStore store = new VoucherStore(database);
        assertThat(store.consented(FIRST)).isEqualTo(Consented.NONE);

        store.put(FIRST, new Consented(Set.of(), true));
        assertThat(store.consented(FIRST)).isEqualTo(new Consented(Set.of(), true));
        store.put(FIRST, new Consented(Set.of("GET /", "POST /open/{id}"), false));

        assertThat(store.consented(FIRST)).isEqualTo(new Consented(Set.of("GET /", "POST /open/{id}"), false));
    }

    @EachDatabase
    void a_jar_that_is_deleted_leaves_nothing(Database database) {
        VoucherStore store = new VoucherStore(database);
        store.put(FIRST, new Voucher(Optional.empty(), true));
        store.put(FIRST, new Consented(Set.of(), true));
        store.put(SECOND, new Consented(Set.of(), true));

        Void unused = database.change(transaction -> {
            store.delete(transaction, FIRST);
            return null;
        });

        assertThat(store.voucher(FIRST)).isEqualTo(Voucher.NONE);
        assertThat(store.consented(FIRST)).isEqualTo(Consented.NONE);
        assertThat(store.consented(SECOND)).isEqualTo(new Consented(Set.of(), true));
    }
}
