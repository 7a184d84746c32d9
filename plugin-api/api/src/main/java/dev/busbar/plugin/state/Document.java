package dev.busbar.plugin.state;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Objects;

/**
 * A stored document as it was read or written. Immutable, as far as its value is.
 *
 * @param <T> the type of the value
 */
public final class Document<T> {
    private final String id;
    private final long version;
    private final T value;
    private final Instant changedAt;

    private Document(String id, long version, T value, Instant changedAt) {
        this.id = id;
        this.version = version;
        this.value = value;
        this.changedAt = changedAt;
    }

    /** A document; made by the host and by tests. */
    public static <T> Document<T> of(String id, long version, T value, Instant changedAt) {
        return new Document<>(
                requireNonNull(id, "id"),
                version,
                requireNonNull(value, "value"),
                requireNonNull(changedAt, "changedAt"));
    }

    /** The id, unique in its collection. */
    public String id() {
        return id;
    }

    /**
     * The number of this write, rising with each; no two documents of a platform ever have the same, nor a document that
     * was deleted and created again. Fit for an entity tag.
     */
    public long version() {
        return version;
    }

    /** The value in its current form, whatever schema is stored. */
    public T value() {
        return value;
    }

    /** The time of this write, by the clock of the node that wrote it. */
    public Instant changedAt() {
        return changedAt;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Document<?> that
                && id.equals(that.id)
                && version == that.version
                && value.equals(that.value)
                && changedAt.equals(that.changedAt);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, version);
    }

    @Override
    public String toString() {
        return "Document[" + id + ", version " + version + "]";
    }
}
