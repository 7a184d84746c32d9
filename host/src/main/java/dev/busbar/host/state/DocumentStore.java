package dev.busbar.host.state;

import dev.busbar.core.state.DocumentChange;
import dev.busbar.core.state.DocumentQuota;
import dev.busbar.core.state.DocumentRows;
import dev.busbar.core.state.DocumentScan;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;

/** The rows of documents and of their fields. Safe for any number of threads and nodes. */
final class DocumentStore {
    /** So many documents fit into the memory for a page, whatever their sizes. */
    private static final int SMALL_PAGE = 8;

    private final Database database;
    private final UsageStore usage;
    private final Clock clock;

    /** The key of a document. */
    record Place(String platform, String collection, String id) {}

    /** A document without its content. */
    record Sized(Place place, int size) {}

    /** A document with everything that an export holds. */
    record Exported(Place place, int schema, String body, Map<String, String> terms) {}

    DocumentStore(Database database, UsageStore usage, Clock clock) {
        this.database = database;
        this.usage = usage;
        this.clock = clock;
    }

    /** Stores changes in one transaction, for the host. */
    List<DocumentRows.Written> write(DocumentQuota quota, List<DocumentChange> changes) {
        return write(quota, () -> {}, changes);
    }

    /** Stores changes in one transaction, as {@link DocumentRows#write}, unless their generation has retired. */
    List<DocumentRows.Written> write(DocumentQuota quota, Runnable requireLent, List<DocumentChange> changes) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        return usage.change(quota.platform(), requireLent, (transaction, before) -> {
            DocumentQuota.Used used = before.ofDocuments();
            long revision = before.revision();
            List<DocumentRows.Written> results = new ArrayList<>();
            for (DocumentChange change : changes) {
                Place place = new Place(quota.platform(), change.collection(), change.id());
                Optional<DocumentChange.Current> current = current(transaction, place);
                change.check(current);
                int bytesBefore = current.map(DocumentChange.Current::bytes).orElse(0);
                used = used.after(change, bytesBefore, current.isPresent());
                long version = change.content().isPresent() ? ++revision : 0;
                apply(transaction, place, change, current.isPresent(), version, now);
                results.add(new DocumentRows.Written(version, now, current.isPresent()));
            }
            quota.check(before.ofDocuments(), used);
            usage.write(transaction, quota.platform(), before.with(revision, used));
            return results;
        });
    }

    private static Optional<DocumentChange.Current> current(Transaction transaction, Place place) {
        return transaction
                .handle()
                .createQuery("select version, schema_number, size from document"
                        + " where platform = :platform and collection = :collection and id = :id")
                .bind("platform", place.platform())
                .bind("collection", place.collection())
                .bind("id", place.id())
                .map((row, context) -> new DocumentChange.Current(row.getLong(1), row.getInt(2), row.getInt(3)))
                .findOne();
    }

    private static void apply(
            Transaction transaction, Place place, DocumentChange change, boolean exists, long version, Instant now) {
        if (change.content().isEmpty()) {
            if (exists) {
                delete(transaction, place);
            }
            return;
        }
        DocumentChange.Content content = change.content().get();
        String statement = exists
                ? "update document set version = :version, schema_number = :schema, body = :body, size = :size,"
                        + " changed_at = :changedAt where platform = :platform and collection = :collection and id = :id"
                : "insert into document (platform, collection, id, version, schema_number, body, size, changed_at)"
                        + " values (:platform, :collection, :id, :version, :schema, :body, :size, :changedAt)";
        int unused = transaction
                .handle()
                .createUpdate(statement)
                .bind("platform", place.platform())
                .bind("collection", place.collection())
                .bind("id", place.id())
                .bind("version", version)
                .bind("schema", content.schema())
                .bind("body", content.body())
                .bind("size", content.bytes())
                .bind("changedAt", now)
                .execute();
        writeFields(transaction, place, content.terms(), exists ? fields(transaction, place) : Map.of());
    }

    private static Map<String, String> fields(Transaction transaction, Place place) {
        Map<String, String> fields = new HashMap<>();
        transaction
                .handle()
                .createQuery("select name, term from document_field"
                        + " where platform = :platform and collection = :collection and id = :id")
                .bind("platform", place.platform())
                .bind("collection", place.collection())
                .bind("id", place.id())
                .map((row, context) -> Map.entry(row.getString(1), term(row.getBytes(2))))
                .forEach(field -> fields.put(field.getKey(), field.getValue()));
        return fields;
    }

    /** Changes only rows that differ: most writes leave most fields as they are. */
    private static void writeFields(
            Transaction transaction, Place place, Map<String, String> terms, Map<String, String> stored) {
        for (Map.Entry<String, String> field : stored.entrySet()) {
            if (!field.getValue().equals(terms.get(field.getKey()))) {
                int unused = transaction
                        .handle()
                        .execute(
                                "delete from document_field where platform = ? and collection = ? and id = ? and name = ?",
                                place.platform(),
                                place.collection(),
                                place.id(),
                                field.getKey());
            }
        }
        PreparedBatch added = transaction
                .handle()
                .prepareBatch("insert into document_field (platform, collection, id, name, term)"
                        + " values (:platform, :collection, :id, :name, :term)");
        for (Map.Entry<String, String> field : terms.entrySet()) {
            if (!field.getValue().equals(stored.get(field.getKey()))) {
                added.bind("platform", place.platform())
                        .bind("collection", place.collection())
                        .bind("id", place.id())
                        .bind("name", field.getKey())
                        .bind("term", bytes(field.getValue()))
                        .add();
            }
        }
        if (added.size() > 0) {
            int[] unused = added.execute();
        }
    }

    private static void delete(Transaction transaction, Place place) {
        for (String table : List.of("document_field", "document")) {
            int unused = transaction
                    .handle()
                    .execute(
                            "delete from " + table + " where platform = ? and collection = ? and id = ?",
                            place.platform(),
                            place.collection(),
                            place.id());
        }
    }

    /** The document of an id. */
    Optional<DocumentRows.Row> find(String platform, String collection, String id) {
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        "select version, schema_number, body, changed_at from document"
                                + " where platform = :platform and collection = :collection and id = :id")
                .bind("platform", platform)
                .bind("collection", collection)
                .bind("id", id)
                .map((row, context) -> new DocumentRows.Row(
                        id,
                        "",
                        row.getLong(1),
                        row.getInt(2),
                        row.getString(3),
                        context.findColumnMapperFor(Instant.class).orElseThrow().map(row, 4, context)))
                .findOne());
    }

    /** One page, as {@link DocumentRows#scan}. */
    DocumentRows.Scanned scan(String platform, DocumentScan scan) {
        ScanStatement statement = new ScanStatement(platform, scan);
        return database.jdbi().withHandle(handle -> {
            int limit = scan.limit();
            if (limit > SMALL_PAGE) {
                limit = fitting(
                        handle.createQuery(statement.sizes(limit))
                                .bindMap(statement.parameters())
                                .mapTo(Integer.class)
                                .list(),
                        limit);
            }
            // One more row, read by the same statement: what was written since the sizes were read must cut off
            // nothing.
            List<DocumentRows.Row> found = rows(statement, handle.createQuery(statement.rows(limit + 1)));
            return found.size() > limit
                    ? new DocumentRows.Scanned(found.subList(0, Math.max(1, limit)), found.size() > Math.max(1, limit))
                    : new DocumentRows.Scanned(found, false);
        });
    }

    private static List<DocumentRows.Row> rows(ScanStatement statement, Query query) {
        return query.bindMap(statement.parameters())
                .map((row, context) -> new DocumentRows.Row(
                        row.getString("id"),
                        statement.hasTerms() ? term(row.getBytes("term")) : "",
                        row.getLong("version"),
                        row.getInt("schema_number"),
                        row.getString("body"),
                        context.findColumnMapperFor(Instant.class)
                                .orElseThrow()
                                .map(row, row.findColumn("changed_at"), context)))
                .list();
    }

    /**
     * The documents of a platform behind a place, in an order of the database. Nobody writes meanwhile, so that bodies and
     * fields are of one version.
     */
    List<Exported> export(Place after, int limit) {
        return usage.change(after.platform(), (transaction, locked) -> transaction
                .handle()
                .createQuery("select collection, id, schema_number, body from document where platform = :platform"
                        + " and (collection > :collection or (collection = :collection and id > :id))"
                        + " order by platform, collection, id fetch first " + limit + " rows only")
                .bind("platform", after.platform())
                .bind("collection", after.collection())
                .bind("id", after.id())
                .map((row, context) -> new Exported(
                        new Place(after.platform(), row.getString(1), row.getString(2)),
                        row.getInt(3),
                        row.getString(4),
                        Map.of()))
                .list()
                .stream()
                .map(row -> new Exported(row.place(), row.schema(), row.body(), fields(transaction, row.place())))
                .toList());
    }

    /** The first documents of a platform, without their content. */
    List<Sized> first(String platform, int limit) {
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        "select collection, id, size from document where platform = :platform"
                                + " order by platform, collection, id fetch first " + limit + " rows only")
                .bind("platform", platform)
                .map((row, context) ->
                        new Sized(new Place(platform, row.getString(1), row.getString(2)), row.getInt(3)))
                .list());
    }

    private static int fitting(List<Integer> sizes, int limit) {
        long bytes = 0;
        int count = 0;
        for (int size : sizes) {
            bytes += size;
            if (count == limit || (count > 0 && bytes > DocumentScan.MAX_PAGE_BYTES)) {
                return count;
            }
            count++;
        }
        return count;
    }

    static String term(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    static byte[] bytes(String term) {
        return term.getBytes(StandardCharsets.ISO_8859_1);
    }
}
