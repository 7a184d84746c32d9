package dev.busbar.plugin.testing;

import dev.busbar.core.state.DocumentChange;
import dev.busbar.core.state.DocumentQuota;
import dev.busbar.core.state.DocumentRows;
import dev.busbar.core.state.DocumentScan;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Documents in memory, with the conflicts and limits of the host. Thread-safe. */
final class MemoryDocuments {
    private final Object lock = new Object();
    private final DocumentQuota quota;
    private TreeMap<Key, Stored> documents = new TreeMap<>();
    private DocumentQuota.Used used = new DocumentQuota.Used(0, 0);
    private long version;

    private record Key(String collection, String id) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int first = collection.compareTo(other.collection);
            return first == 0 ? id.compareTo(other.id) : first;
        }
    }

    private record Stored(long version, DocumentChange.Content content, Instant changedAt) {
        DocumentChange.Current current() {
            return new DocumentChange.Current(version, content.schema(), content.bytes());
        }

        DocumentRows.Row row(String id, String term) {
            return new DocumentRows.Row(id, term, version, content.schema(), content.body(), changedAt);
        }
    }

    MemoryDocuments(DocumentQuota quota) {
        this.quota = quota;
    }

    /**
     * The documents as one generation sees them.
     *
     * @param lent called before each use; throws once nothing is lent any more
     */
    DocumentRows rows(Clock clock, Runnable lent) {
        return new DocumentRows() {
            @Override
            public List<Written> write(List<DocumentChange> changes) {
                lent.run();
                return MemoryDocuments.this.write(changes, clock.instant());
            }

            @Override
            public Optional<Row> find(String collection, String id) {
                lent.run();
                return MemoryDocuments.this.find(collection, id);
            }

            @Override
            public Scanned scan(DocumentScan scan) {
                lent.run();
                return MemoryDocuments.this.scan(scan);
            }
        };
    }

    private List<DocumentRows.Written> write(List<DocumentChange> changes, Instant now) {
        synchronized (lock) {
            TreeMap<Key, Stored> after = new TreeMap<>(documents);
            DocumentQuota.Used usedAfter = used;
            List<DocumentRows.Written> results = new ArrayList<>();
            for (DocumentChange change : changes) {
                Key key = new Key(change.collection(), change.id());
                Optional<Stored> before = Optional.ofNullable(after.get(key));
                change.check(before.map(Stored::current));
                usedAfter = usedAfter.after(
                        change, before.map(stored -> stored.content().bytes()).orElse(0), before.isPresent());
                results.add(apply(change, key, after, now));
            }
            quota.check(used, usedAfter);
            documents = after;
            used = usedAfter;
            return results;
        }
    }

    private DocumentRows.Written apply(DocumentChange change, Key key, Map<Key, Stored> after, Instant now) {
        if (change.content().isEmpty()) {
            return new DocumentRows.Written(0, now, after.remove(key) != null);
        }
        version++;
        boolean existed = after.put(key, new Stored(version, change.content().get(), now)) != null;
        return new DocumentRows.Written(version, now, existed);
    }

    private Optional<DocumentRows.Row> find(String collection, String id) {
        synchronized (lock) {
            return Optional.ofNullable(documents.get(new Key(collection, id))).map(stored -> stored.row(id, ""));
        }
    }

    private DocumentRows.Scanned scan(DocumentScan scan) {
        Comparator<DocumentRows.Row> order =
                Comparator.comparing(DocumentRows.Row::term).thenComparing(DocumentRows.Row::id);
        List<DocumentRows.Row> matching;
        synchronized (lock) {
            matching = documents.entrySet().stream()
                    .filter(entry -> entry.getKey().collection().equals(scan.collection()))
                    .filter(entry -> matches(scan, entry.getKey().id(), entry.getValue()))
                    .map(entry -> entry.getValue()
                            .row(
                                    entry.getKey().id(),
                                    term(scan, entry.getValue()).orElse("")))
                    .sorted(scan.descending() ? order.reversed() : order)
                    .filter(row -> isBehind(scan, row, order))
                    .toList();
        }
        return page(scan, matching);
    }

    private static DocumentRows.Scanned page(DocumentScan scan, List<DocumentRows.Row> matching) {
        List<DocumentRows.Row> page = new ArrayList<>();
        long bytes = 0;
        for (DocumentRows.Row row : matching) {
            bytes += row.body().length();
            if (page.size() == scan.limit() || (!page.isEmpty() && bytes > DocumentScan.MAX_PAGE_BYTES)) {
                return new DocumentRows.Scanned(page, true);
            }
            page.add(row);
        }
        return new DocumentRows.Scanned(page, false);
    }

    private static Optional<String> term(DocumentScan scan, Stored stored) {
        return scan.order().isOfIds()
                ? Optional.of("")
                : Optional.ofNullable(stored.content().terms().get(scan.order().field()));
    }

    private static boolean matches(DocumentScan scan, String id, Stored stored) {
        return id.startsWith(scan.idPrefix())
                && stored.content()
                        .terms()
                        .entrySet()
                        .containsAll(scan.matches().entrySet())
                && term(scan, stored)
                        .filter(term -> term.compareTo(scan.order().from()) >= 0)
                        .filter(term -> term.compareTo(scan.order().below()) < 0)
                        .isPresent();
    }

    private static boolean isBehind(DocumentScan scan, DocumentRows.Row row, Comparator<DocumentRows.Row> order) {
        if (scan.position().isEmpty()) {
            return true;
        }
        DocumentScan.Position last = scan.position().get();
        int place = order.compare(row, new DocumentRows.Row(last.id(), last.term(), 0, 0, "", row.changedAt()));
        return scan.descending() ? place < 0 : place > 0;
    }
}
