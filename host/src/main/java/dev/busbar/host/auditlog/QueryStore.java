package dev.busbar.host.auditlog;

import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.store.Database;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.statement.Query;

/** Looks for records, over the chains of all nodes. Thread-safe. */
final class QueryStore {
    private final Database database;

    QueryStore(Database database) {
        this.database = database;
    }

    /** The latest records before a place, the latest first. */
    List<AuditRecord> latest(AuditQuery query, Optional<AuditRecord.Place> before, int most) {
        Where where = new Where(query);
        before.ifPresent(place -> {
            where.and("(at_nanos < :at or (at_nanos = :at and (node < :node or (node = :node and seq < :seq))))");
            where.bind("at", Nanos.of(place.at()));
            where.bind("node", place.node());
            where.bind("seq", place.seq());
        });
        return where.list("order by at_nanos desc, node desc, seq desc", most);
    }

    /** The next records of one chain, in its order. */
    List<AuditRecord> chained(AuditQuery query, String node, long after, int most) {
        Where where = new Where(query);
        where.and("node = :node and seq > :seq");
        where.bind("node", node);
        where.bind("seq", after);
        return where.list("order by seq", most);
    }

    /** What a statement asks for. */
    private final class Where {
        private final List<String> terms = new ArrayList<>(List.of("1 = 1"));
        private final Map<String, Object> values = new LinkedHashMap<>();

        Where(AuditQuery query) {
            narrow("actor = :actor", "actor", query.actor(), text -> text);
            narrow("substring(action, 1, :length) = :action", "action", query.action(), text -> text);
            query.action().ifPresent(text -> bind("length", text.length()));
            narrow("target = :target", "target", query.target(), text -> text);
            narrow("outcome = :outcome", "outcome", query.outcome(), AuditEvent.Outcome::name);
            narrow("at_nanos >= :since", "since", query.since(), Nanos::of);
            narrow("at_nanos < :until", "until", query.until(), Nanos::of);
        }

        private <T> void narrow(String term, String name, Optional<T> value, Function<T, Object> bound) {
            value.ifPresent(present -> {
                and(term);
                bind(name, bound.apply(present));
            });
        }

        void and(String term) {
            terms.add(term);
        }

        void bind(String name, Object value) {
            values.put(name, value);
        }

        List<AuditRecord> list(String order, int most) {
            String sql =
                    "select * from audit_record where " + String.join(" and ", terms) + " " + order + " limit :most";
            return database.jdbi().withHandle(handle -> {
                Query query = handle.createQuery(sql).bind("most", most);
                values.forEach(query::bind);
                return RecordStore.list(query);
            });
        }
    }
}
