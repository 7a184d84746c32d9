package dev.busbar.core.state;

import dev.busbar.plugin.state.Document;
import dev.busbar.plugin.state.Documents;
import dev.busbar.plugin.state.Page;
import dev.busbar.plugin.state.Query;
import java.util.List;
import java.util.Optional;

/** The documents of one type, over stored rows. May be used from any thread. */
record BoundDocuments<T>(DocumentBinding<T> binding, DocumentRows rows) implements Documents<T> {
    private static final String ID = "document id";

    @Override
    public Document<T> create(String id, T value) {
        return write(id, DocumentChange.Expected.NONE, value);
    }

    @Override
    public Document<T> put(String id, T value) {
        return write(id, DocumentChange.Expected.ANY, value);
    }

    @Override
    public Document<T> replace(String id, long version, T value) {
        return write(id, DocumentChange.Expected.version(version), value);
    }

    private Document<T> write(String id, DocumentChange.Expected expected, T value) {
        DocumentRows.Written written =
                rows.write(List.of(change(binding, id, expected, value))).get(0);
        return Document.of(id, written.version(), value, written.changedAt());
    }

    static <T> DocumentChange change(DocumentBinding<T> binding, String id, DocumentChange.Expected expected, T value) {
        StateNames.check(ID, id);
        return new DocumentChange(
                binding.type().name(),
                id,
                expected,
                Optional.of(binding.encode(id, value)),
                binding.type().readable());
    }

    @Override
    public void delete(String id, long version) {
        List<DocumentRows.Written> unused =
                rows.write(List.of(deletion(binding, id, DocumentChange.Expected.version(version))));
    }

    @Override
    public boolean delete(String id) {
        return rows.write(List.of(deletion(binding, id, DocumentChange.Expected.ANY)))
                .get(0)
                .existed();
    }

    static DocumentChange deletion(DocumentBinding<?> binding, String id, DocumentChange.Expected expected) {
        StateNames.check(ID, id);
        return new DocumentChange(
                binding.type().name(),
                id,
                expected,
                Optional.empty(),
                binding.type().readable());
    }

    @Override
    public Optional<Document<T>> find(String id) {
        StateNames.check(ID, id);
        return rows.find(binding.type().name(), id).map(binding::decode);
    }

    @Override
    public Page<Document<T>> page(Query query) {
        DocumentScan scan = binding.scan(query);
        DocumentRows.Scanned scanned = rows.scan(scan);
        List<DocumentRows.Row> found = scanned.rows();
        Optional<String> next = Optional.empty();
        if (scanned.more() && !found.isEmpty()) {
            DocumentRows.Row last = found.get(found.size() - 1);
            next = Optional.of(Cursor.write(scan, new DocumentScan.Position(last.term(), last.id())));
        }
        return Page.of(found.stream().map(binding::decode).toList(), next);
    }
}
