package dev.busbar.core.state;

import static java.util.Objects.requireNonNull;

import dev.busbar.core.JsonCodec;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.state.Document;
import dev.busbar.plugin.state.DocumentType;
import dev.busbar.plugin.state.Query;
import dev.busbar.plugin.state.TooLargeException;
import dev.busbar.plugin.state.UnreadableSchemaException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The binding of one document type to JSON and terms. Runs code of the plugin. May be used from any thread. */
final class DocumentBinding<T> {
    static final int MAX_BYTES = 1 << 20;

    private final DocumentType<T> type;
    private final JsonCodec json;

    DocumentBinding(DocumentType<T> type, JsonCodec json) {
        this.type = type;
        this.json = json;
    }

    DocumentType<T> type() {
        return type;
    }

    /** Ends the encoding of a document that is too large, before all of it is in memory. */
    private static final class Bounded extends ByteArrayOutputStream {
        private boolean over;

        @Override
        public synchronized void write(int one) {
            if (fits(1)) {
                super.write(one);
            }
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            if (fits(length)) {
                super.write(bytes, offset, length);
            }
        }

        private boolean fits(int more) {
            over = over || count + more > MAX_BYTES;
            if (over) {
                throw new IllegalStateException("too large");
            }
            return true;
        }
    }

    /**
     * The stored form of a value.
     *
     * @throws TooLargeException when it is too large
     * @throws IllegalArgumentException when it cannot be encoded, or the value of a field is too long
     */
    DocumentChange.Content encode(String id, T value) {
        Bounded bytes = new Bounded();
        try {
            json.encode(value, bytes);
        } catch (IOException | RuntimeException e) {
            if (bytes.over) {
                throw TooLargeException.of(label(id), MAX_BYTES);
            }
            throw new IllegalArgumentException(
                    label(id) + ": a " + value.getClass().getName() + " cannot be written as JSON", e);
        }
        return new DocumentChange.Content(
                type.schema(), bytes.toString(StandardCharsets.UTF_8), bytes.size(), terms(id, value));
    }

    private Map<String, String> terms(String id, T value) {
        Map<String, String> terms = new HashMap<>();
        for (DocumentType.Field<T, ?> field : type.fields()) {
            term(id, field, value).ifPresent(term -> terms.put(field.name(), term));
        }
        return Map.copyOf(terms);
    }

    private <V> Optional<String> term(String id, DocumentType.Field<T, V> field, T value) {
        return field.of(value).map(own -> Terms.of(label(id) + ", field " + field.name(), field.codec(), own));
    }

    /**
     * The document of a row.
     *
     * @throws UnreadableSchemaException when its schema is not read
     * @throws IllegalStateException when its JSON does not fit the type
     */
    Document<T> decode(DocumentRows.Row row) {
        return Document.of(row.id(), row.version(), value(row), row.changedAt());
    }

    private T value(DocumentRows.Row row) {
        byte[] body = row.body().getBytes(StandardCharsets.UTF_8);
        try {
            if (row.schema() == type.schema()) {
                return json.decodeGrown(body, type.type());
            }
            DocumentType.Reading<?, T> reading = type.reading(row.schema())
                    .orElseThrow(
                            () -> UnreadableSchemaException.of(type.name(), row.id(), row.schema(), type.readable()));
            return current(row, reading, body);
        } catch (ProblemException e) {
            throw new IllegalStateException(
                    label(row.id()) + " of schema " + row.schema() + " does not fit its type: " + e.detail(), e);
        }
    }

    private <P> T current(DocumentRows.Row row, DocumentType.Reading<P, T> reading, byte[] body) {
        @Nullable T current = reading.current(json.decodeGrown(body, reading.type()));
        if (current == null) {
            throw new IllegalStateException(label(row.id()) + ": the function that reads schema " + row.schema()
                    + " returned null (expected: a value)");
        }
        return current;
    }

    /**
     * A query in terms of what is stored.
     *
     * @throws IllegalArgumentException when a field is not declared, or a value is not one of it
     * @throws ProblemException 400 when the cursor is of another query
     */
    DocumentScan scan(Query query) {
        StateNames.checkPrefix("document id", query.idPrefix());
        Map<String, String> matches = new LinkedHashMap<>();
        query.values().forEach((field, value) -> matches.put(field, asked(field, value)));
        DocumentScan.Order order = order(query, matches);
        DocumentScan first = new DocumentScan(
                type.name(),
                order,
                Map.copyOf(matches),
                query.idPrefix(),
                query.isDescending(),
                query.limit(),
                Optional.empty());
        if (query.after().isEmpty()) {
            return first;
        }
        return new DocumentScan(
                type.name(),
                order,
                first.matches(),
                query.idPrefix(),
                query.isDescending(),
                query.limit(),
                Optional.of(Cursor.read(first, query.after())));
    }

    /** One value of a field is a range too; where there is no other, it is scanned by it. */
    private DocumentScan.Order order(Query query, Map<String, String> matches) {
        Optional<String> sort = query.sortField();
        if (sort.isPresent()) {
            String field = sort.get();
            DocumentType.Field<T, ?> unused = field(field);
            return new DocumentScan.Order(
                    field,
                    query.from().map(value -> asked(field, value)).orElse(""),
                    query.below().map(value -> asked(field, value)).orElse(Terms.ABOVE_ALL));
        }
        Iterator<String> fields = matches.keySet().stream().sorted().iterator();
        if (!fields.hasNext()) {
            return DocumentScan.Order.IDS;
        }
        String field = fields.next();
        String term = requireNonNull(matches.remove(field));
        return new DocumentScan.Order(field, term, Terms.after(term));
    }

    private String asked(String field, Object value) {
        return Terms.asked("field " + field, field(field).codec(), value);
    }

    private DocumentType.Field<T, ?> field(String name) {
        return type.field(name)
                .orElseThrow(() -> new IllegalArgumentException("document type " + type.name() + ": field \"" + name
                        + "\" (expected: one of "
                        + type.fields().stream().map(DocumentType.Field::name).toList() + ")"));
    }

    private String label(String id) {
        return "document " + type.name() + "/" + id;
    }
}
