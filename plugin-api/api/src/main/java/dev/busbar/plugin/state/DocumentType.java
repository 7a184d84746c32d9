package dev.busbar.plugin.state;

import static java.util.Objects.requireNonNull;

import dev.busbar.plugin.Codec;
import dev.busbar.plugin.TypeRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A kind of document: its name, the Java type that it is bound to, the schema that is written, the earlier schemas that
 * are read, and the fields it can be found by. Declared in {@link dev.busbar.plugin.Platform#documents}. Immutable; each
 * method that changes something returns a copy. Its functions are called on the thread that uses the documents, by many
 * threads at once, never inside a transaction.
 *
 * <pre>{@code
 * static final DocumentType<Bill> BILLS = DocumentType.of("bills", Bill.class)
 *         .schema(2)
 *         .reads(1, BillV1.class, BillV1::current)
 *         .field("customer", Codec.STRING, Bill::customer)
 *         .field("amount", Codec.LONG, Bill::amount);
 * }</pre>
 *
 * <p>The schema is a number for the shape of the JSON. Raise it when an older version of the plugin could not use what
 * this one writes, and declare with {@link #reads} how this one uses what is there. Stored documents are not rewritten:
 * each gets the schema of the version that wrote it last. A version that does not read the schema of a document gets an
 * {@link UnreadableSchemaException}; so a swap back needs an older version that declares the new schema as readable.
 *
 * @param <T> the type of the value
 */
public final class DocumentType<T> {
    /** The max number of fields. */
    public static final int MAX_FIELDS = 20;

    /** The max schema. */
    public static final int MAX_SCHEMA = 999_999;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,40}");
    private static final Pattern FIELD = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,60}");

    private final String name;
    private final TypeRef<T> type;
    private final int schema;
    private final Map<Integer, Reading<?, T>> readings;
    private final List<Field<T, ?>> fields;

    /**
     * A declared field: a value of each document that it can be found and sorted by. Immutable.
     *
     * @param <T> the type of the document
     * @param <V> the type of the field
     */
    public static final class Field<T, V> {
        private final String name;
        private final Codec<V> codec;
        private final Function<? super T, ? extends @Nullable V> value;

        private Field(String name, Codec<V> codec, Function<? super T, ? extends @Nullable V> value) {
            this.name = name;
            this.codec = codec;
            this.value = value;
        }

        /** The name. */
        public String name() {
            return name;
        }

        /** The text form of its values. */
        public Codec<V> codec() {
            return codec;
        }

        /** The value of a document; empty for one without, which no query for this field finds. */
        public Optional<V> of(T document) {
            return Optional.ofNullable(value.apply(document));
        }
    }

    /**
     * A schema that is read. Immutable.
     *
     * @param <P> the type that the JSON of this schema is bound to
     * @param <T> the type of the document
     */
    public static final class Reading<P, T> {
        private final TypeRef<P> type;
        private final Function<? super P, ? extends T> current;

        private Reading(TypeRef<P> type, Function<? super P, ? extends T> current) {
            this.type = type;
            this.current = current;
        }

        /** The type that the JSON is bound to. */
        public TypeRef<P> type() {
            return type;
        }

        /** The current form of a value. */
        public T current(P earlier) {
            return current.apply(earlier);
        }
    }

    private DocumentType(
            String name, TypeRef<T> type, int schema, Map<Integer, Reading<?, T>> readings, List<Field<T, ?>> fields) {
        this.name = name;
        this.type = type;
        this.schema = schema;
        this.readings = readings;
        this.fields = fields;
    }

    /**
     * A kind of document of schema 1 without fields.
     *
     * @param name of the collection, unique in the platform: lower case letters, digits and hyphens, at most 41
     * @throws IllegalArgumentException when the name does not fit
     */
    public static <T> DocumentType<T> of(String name, Class<T> type) {
        return of(name, TypeRef.of(type));
    }

    /**
     * A kind of document of schema 1 without fields, bound to a type with type arguments.
     *
     * @throws IllegalArgumentException as for {@link #of(String, Class)}
     */
    public static <T> DocumentType<T> of(String name, TypeRef<T> type) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "document type: \"" + name + "\" (expected: a name of the form " + NAME.pattern() + ")");
        }
        return new DocumentType<>(name, requireNonNull(type, "type"), 1, Map.of(), List.of());
    }

    /**
     * A copy that writes another schema, and reads it.
     *
     * @param schema 1 to {@value #MAX_SCHEMA}
     * @throws IllegalArgumentException when it is out of range, or declared as read already
     */
    public DocumentType<T> schema(int schema) {
        requireSchema(schema);
        requireUnread(schema);
        return new DocumentType<>(name, type, schema, readings, fields);
    }

    /**
     * A copy that reads one more schema, bound to a type of its own, which a function brings to the current form.
     *
     * @param schema of the stored document; may be newer than the one that is written, in a version that is to be rolled
     *     back to
     * @param read the type that the JSON of that schema is bound to
     * @param current brings a value to the current form; must not return null
     * @throws IllegalArgumentException when the schema is out of range, the one that is written, or declared already
     */
    public <P> DocumentType<T> reads(int schema, Class<P> read, Function<? super P, ? extends T> current) {
        return reads(schema, TypeRef.of(read), current);
    }

    /**
     * A copy that reads one more schema, bound to a type with type arguments.
     *
     * @throws IllegalArgumentException as for {@link #reads(int, Class, Function)}
     */
    public <P> DocumentType<T> reads(int schema, TypeRef<P> read, Function<? super P, ? extends T> current) {
        requireSchema(schema);
        requireUnread(schema);
        if (schema == this.schema) {
            throw new IllegalArgumentException(
                    label() + ": reads " + schema + " (expected: another schema than the one that is written)");
        }
        Map<Integer, Reading<?, T>> all = new TreeMap<>(readings);
        all.put(schema, new Reading<>(requireNonNull(read, "read"), requireNonNull(current, "current")));
        return new DocumentType<>(name, type, this.schema, Map.copyOf(all), fields);
    }

    /**
     * A copy with one more field. Numbers, times and durations are sorted as such, all else as text by code points. A
     * document that was written before the field was declared is found by it once it is written again.
     *
     * @param field its name, unique in the type
     * @param codec of its values, each at most 512 bytes as text
     * @param value takes the value from a document; null for none
     * @throws IllegalArgumentException when the name does not fit or is taken, or there are more than {@value #MAX_FIELDS}
     */
    public <V> DocumentType<T> field(String field, Codec<V> codec, Function<? super T, ? extends @Nullable V> value) {
        if (!FIELD.matcher(field).matches()) {
            throw new IllegalArgumentException(
                    label() + ": field \"" + field + "\" (expected: a name of the form " + FIELD.pattern() + ")");
        }
        if (fields.stream().anyMatch(other -> other.name().equals(field))) {
            throw new IllegalArgumentException(label() + ": field \"" + field + "\" twice (expected: once)");
        }
        if (fields.size() == MAX_FIELDS) {
            throw new IllegalArgumentException(
                    label() + ": more than " + MAX_FIELDS + " fields (expected: at most " + MAX_FIELDS + ")");
        }
        List<Field<T, ?>> all = new ArrayList<>(fields);
        all.add(new Field<>(field, requireNonNull(codec, "codec"), requireNonNull(value, "value")));
        return new DocumentType<>(name, type, schema, readings, List.copyOf(all));
    }

    private void requireSchema(int number) {
        if (number < 1 || number > MAX_SCHEMA) {
            throw new IllegalArgumentException(label() + ": schema " + number + " (expected: 1 to " + MAX_SCHEMA + ")");
        }
    }

    private void requireUnread(int number) {
        if (readings.containsKey(number)) {
            throw new IllegalArgumentException(label() + ": schema " + number + " twice (expected: once)");
        }
    }

    private String label() {
        return "document type " + name;
    }

    /** The name of the collection. */
    public String name() {
        return name;
    }

    /** The type of the value. */
    public TypeRef<T> type() {
        return type;
    }

    /** The schema that is written. */
    public int schema() {
        return schema;
    }

    /** The schemas that are read, the one that is written among them. */
    public SortedSet<Integer> readable() {
        SortedSet<Integer> all = new TreeSet<>(readings.keySet());
        all.add(schema);
        return all;
    }

    /** How another schema than the one that is written is read; empty where it is not. */
    public Optional<Reading<?, T>> reading(int schema) {
        return Optional.ofNullable(readings.get(schema));
    }

    /** The declared fields, in order. */
    public List<Field<T, ?>> fields() {
        return fields;
    }

    /** The declared field of a name. */
    public Optional<Field<T, ?>> field(String field) {
        return fields.stream().filter(one -> one.name().equals(field)).findFirst();
    }

    @Override
    public String toString() {
        return "DocumentType[" + name + ", schema " + schema + "]";
    }
}
