package dev.busbar.plugin.state;

import java.util.Iterator;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The documents of one type of a platform. A write that has returned is stored: it survives a crash, and every node
 * reads it. May be used from any thread of the platform; each call waits for the store. After the retirement of the
 * generation each call throws {@link IllegalStateException}.
 *
 * <p>An id has 1 to 200 characters of printable ASCII without spaces; a document has at most 1 MiB as JSON. Where a
 * method says nothing else: an invalid id is an {@link IllegalArgumentException}, a document that is too large a
 * {@link TooLargeException}, a platform that has used up its space a {@link QuotaException}, a stored document of a
 * schema that is not read an {@link UnreadableSchemaException}, also for a write in its place; a store that is unavailable
 * is a {@link dev.busbar.plugin.ProblemException} with status 503, which a handler may let pass.
 *
 * @param <T> the type of the value
 */
public interface Documents<T> {
    /**
     * Stores a new document.
     *
     * @throws ConflictException when there is one of this id
     */
    Document<T> create(String id, T value);

    /** Stores a document, in the place of one of this id if there is one, whatever its version. */
    Document<T> put(String id, T value);

    /**
     * Replaces a document that nobody has changed since it was read.
     *
     * @param version that of the document that was read
     * @throws ConflictException when its version is another one by now, or there is none of this id
     */
    Document<T> replace(String id, long version, T value);

    /**
     * Deletes a document that nobody has changed since it was read.
     *
     * @param version that of the document that was read
     * @throws ConflictException when its version is another one by now, or there is none of this id
     */
    void delete(String id, long version);

    /**
     * Deletes a document, whatever its version.
     *
     * @return whether there was one
     */
    boolean delete(String id);

    /** The document of an id. */
    Optional<Document<T>> find(String id);

    /**
     * One page of the documents that match a query.
     *
     * @throws IllegalArgumentException when a field is not declared, or a value is not one of it
     * @throws dev.busbar.plugin.ProblemException 400 when the cursor is not of a page of this query; it may come from a
     *     client
     */
    Page<Document<T>> page(Query query);

    /**
     * All documents that match a query, page by page as the stream is consumed: the limit of the query is the size of a
     * page. It holds nothing between two pages. A document that is written meanwhile may be seen or not; one that was
     * there from the beginning to the end and whose sort value stays is seen once.
     *
     * @throws IllegalArgumentException as for {@link #page}
     */
    default Stream<Document<T>> stream(Query query) {
        Iterator<Page<Document<T>>> pages = new Iterator<>() {
            private Optional<Query> following = Optional.of(query);

            @Override
            public boolean hasNext() {
                return following.isPresent();
            }

            @Override
            public Page<Document<T>> next() {
                Page<Document<T>> page = page(following.orElseThrow());
                following = page.next().map(query::after);
                return page;
            }
        };
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(pages, Spliterator.ORDERED), false)
                .flatMap(page -> page.items().stream());
    }
}
