package dev.busbar.host.auditchain;

import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.store.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.statement.Query;

/** Queries of audit records by filter. Safe for any number of threads. */
final class QueryStore {
    /** Limit on a query, which may scan all records: the deadline of the routes that run it. */
    private static final Duration MAX_DURATION = Duration.ofMinutes(5);

    private final Database database;

    QueryStore(Database database) {
        this.database = database;
    }

    /** The latest records before a place, the latest first. */
    List<AuditRecord> latest(AuditRecord.Filter filter, Optional<AuditRecord.Place> before, int max) {
        Where where = new Where(filter);
        before.ifPresent(place -> {
            where.and("(at_nanos < :at or (at_nanos = :at and (node < :node or (node = :node and seq < :seq))))");
            where.bind("at", Nanos.of(place.at()));
            where.bind("node", place.node());
            where.bind("seq", place.seq());
        });
        return where.list("order by at_nanos desc, node desc, seq desc", max);
    }

    /** The next matching records of one chain after a record, in order. */
    List<AuditRecord> chained(AuditRecord.Filter filter, String node, long after, int max) {
        Where where = new Where(filter);
        where.and("node = :node and seq > :seq");
        where.bind("node", node);
        where.bind("seq", after);
        return where.list("order by seq", max);
    }

    /** The condition of a statement. */
    private final class Where {
        private final List<String> terms = new ArrayList<>(List.of("1 = 1"));
        private final Map<String, Object> values = new LinkedHashMap<>();

        Where(AuditRecord.Filter filter) {
            narrow("actor = :actor", "actor", filter.actor(), text -> text);
            narrow("substring(action, 1, :length) = :action", "action", filter.action(), text -> text);
            filter.action().ifPresent(text -> bind("length", text.length()));
            narrow("target = :target", "target", filter.target(), text -> text);
            narrow("outcome = :outcome", "outcome", filter.outcome(), AuditEvent.Outcome::name);
            narrow("at_nanos >= :since", "since", filter.since(), Nanos::of);
            narrow("at_nanos < :until", "until", filter.until(), Nanos::of);
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

        List<AuditRecord> list(String order, int max) {
            String sql =
                    "select * from audit_record where " + String.join(" and ", terms) + " " + order + " limit :max";
            return database.change(transaction -> {
                database.limit(transaction, MAX_DURATION);
                Query query = transaction.handle().createQuery(sql).bind("max", max);
                values.forEach(query::bind);
                return RecordStore.list(query);
            });
        }
    }
}
