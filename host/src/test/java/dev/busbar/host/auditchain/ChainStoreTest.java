package dev.busbar.host.auditchain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.auditchain.AuditRecord.Filter;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class ChainStoreTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    /** Two chains of three records each, a second apart, the records of the nodes in turn. */
    private static ChainStore chains(Database database) {
        ChainStore chains = new ChainStore(database);
        chains.begin("node-a");
        chains.begin("node-b");
        for (int n = 0; n < 6; n++) {
            String node = n % 2 == 0 ? "node-a" : "node-b";
            Instant at = NOW.plusSeconds(n);
            AuditEvent event = AuditEvent.done(n < 3 ? "key.create" : "key.revoke", Actor.HOST, "key:" + n, Map.of());
            database.change(transaction -> {
                chains.append(transaction, node, at, event, Optional.empty());
                return node;
            });
        }
        return chains;
    }

    private static Filter action(String prefix) {
        return new Filter(
                Optional.empty(),
                Optional.of(prefix),
                Optional.empty(),
                Optional.of(AuditEvent.Outcome.DONE),
                Optional.of(NOW.plusSeconds(1)),
                Optional.of(NOW.plusSeconds(5)));
    }

    @EachDatabase
    void the_latest_matching_records_of_all_nodes_come_page_by_page(Database database) {
        ChainStore chains = chains(database);

        List<AuditRecord> first = chains.latest(action("key."), Optional.empty(), 3);
        List<AuditRecord> second =
                chains.latest(action("key."), Optional.of(first.get(2).place()), 3);

        assertThat(first).extracting(record -> record.event().target()).containsExactly("key:4", "key:3", "key:2");
        assertThat(second).extracting(record -> record.event().target()).containsExactly("key:1");
        assertThat(chains.latest(action("key.rev"), Optional.empty(), 10)).hasSize(2);
        assertThat(chains.latest(action("plugin."), Optional.empty(), 10)).isEmpty();
    }

    @EachDatabase
    void an_export_has_the_matching_records_chain_by_chain(Database database) {
        List<AuditRecord> exported = new ArrayList<>();

        chains(database).export(action("key."), exported::add);

        assertThat(exported)
                .extracting(record -> record.node() + " " + record.event().target())
                .containsExactly("node-a key:2", "node-a key:4", "node-b key:1", "node-b key:3");
    }
}
