package dev.busbar.plugin.state;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A query for documents: values that declared fields must have, one field with a range, the order and the size of a
 * page. Immutable; each method returns a copy.
 *
 * <pre>{@code
 * bills.page(Query.where("customer", "ada").atLeast("amount", 100L).descending().limit(20).after(cursor));
 * }</pre>
 *
 * <p>Documents come in the order of the field with a range, or of {@link #sortedBy}, then of their ids; without such a
 * field, of their ids. A document without a value of a field that the query names is not found.
 */
public final class Query {
    /** The default size of a page. */
    public static final int DEFAULT_LIMIT = 100;

    /** The max size of a page. */
    public static final int MAX_LIMIT = 1000;

    private static final Query ALL =
            new Query(Map.of(), new Range("", null, null), "", false, new Window(DEFAULT_LIMIT, ""));

    private final Map<String, Object> values;
    private final Range range;
    private final String idPrefix;
    private final boolean descending;
    private final Window window;

    private record Range(
            String field, @Nullable Object from, @Nullable Object below) {}

    private record Window(int limit, String after) {}

    private Query(Map<String, Object> values, Range range, String idPrefix, boolean descending, Window window) {
        this.values = values;
        this.range = range;
        this.idPrefix = idPrefix;
        this.descending = descending;
        this.window = window;
    }

    /** All documents, by id. */
    public static Query all() {
        return ALL;
    }

    /** The documents with a value in a field. */
    public static Query where(String field, Object value) {
        return ALL.and(field, value);
    }

    /**
     * A copy that wants a value in one more field.
     *
     * @throws IllegalArgumentException when it wants one already
     */
    public Query and(String field, Object value) {
        if (values.containsKey(field)) {
            throw new IllegalArgumentException("query: field \"" + field + "\" twice (expected: one value a field)");
        }
        Map<String, Object> all = new LinkedHashMap<>(values);
        all.put(field, requireNonNull(value, "value"));
        return new Query(Map.copyOf(all), range, idPrefix, descending, window);
    }

    /**
     * A copy for documents with at least a value in a field, in the order of that field.
     *
     * @throws IllegalArgumentException when another field has the range
     */
    public Query atLeast(String field, Object value) {
        return ranged(field, requireNonNull(value, "value"), range.below());
    }

    /**
     * A copy for documents with less than a value in a field, in the order of that field.
     *
     * @throws IllegalArgumentException when another field has the range
     */
    public Query below(String field, Object value) {
        return ranged(field, range.from(), requireNonNull(value, "value"));
    }

    /**
     * A copy for documents in the order of a field.
     *
     * @throws IllegalArgumentException when another field has the range
     */
    public Query sortedBy(String field) {
        return ranged(field, range.from(), range.below());
    }

    private Query ranged(String field, @Nullable Object from, @Nullable Object below) {
        if (!range.field().isEmpty() && !range.field().equals(field)) {
            throw new IllegalArgumentException("query: a range or order of \"" + field + "\" besides that of \""
                    + range.field() + "\" (expected: one field)");
        }
        return new Query(values, new Range(requireNonNull(field, "field"), from, below), idPrefix, descending, window);
    }

    /** A copy for documents whose ids begin with a text. */
    public Query idPrefix(String prefix) {
        return new Query(values, range, requireNonNull(prefix, "prefix"), descending, window);
    }

    /** A copy in the reverse order, that of the ids included. */
    public Query descending() {
        return new Query(values, range, idPrefix, true, window);
    }

    /**
     * A copy with another size of a page.
     *
     * @throws IllegalArgumentException when it is not 1 to {@value #MAX_LIMIT}
     */
    public Query limit(int limit) {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("query limit: " + limit + " (expected: 1 to " + MAX_LIMIT + ")");
        }
        return new Query(values, range, idPrefix, descending, new Window(limit, window.after()));
    }

    /**
     * A copy for the page behind another one.
     *
     * @param cursor of that page; empty for the first page
     */
    public Query after(String cursor) {
        return new Query(
                values, range, idPrefix, descending, new Window(window.limit(), requireNonNull(cursor, "cursor")));
    }

    /** The values that fields must have, by their names. */
    public Map<String, Object> values() {
        return values;
    }

    /** The field with the range, or by which documents are sorted; empty for their ids. */
    public Optional<String> sortField() {
        return range.field().isEmpty() ? Optional.empty() : Optional.of(range.field());
    }

    /** The least value of the sort field. */
    public Optional<Object> from() {
        return Optional.ofNullable(range.from());
    }

    /** The value that those of the sort field are below of. */
    public Optional<Object> below() {
        return Optional.ofNullable(range.below());
    }

    /** The text that ids begin with; empty for all. */
    public String idPrefix() {
        return idPrefix;
    }

    /** Whether the order is reversed. */
    public boolean isDescending() {
        return descending;
    }

    /** The max number of documents of a page. */
    public int limit() {
        return window.limit();
    }

    /** The cursor of the page before; empty for the first page. */
    public String after() {
        return window.after();
    }
}
