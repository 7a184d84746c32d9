package dev.busbar.plugin.state;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The blobs of a platform: byte sequences of any length under a name, written whole or not at all. A write that has
 * returned is stored: it survives a crash, and every node reads it. May be used from any thread of the platform; each
 * call waits for the store, but none holds a connection to it while a stream waits. After the retirement of the
 * generation each call throws {@link IllegalStateException}, also on what was opened before.
 *
 * <p>A name has 1 to 200 characters of printable ASCII without spaces, such as {@code reports/2026.csv}. A store that is
 * unavailable is a {@link dev.busbar.plugin.ProblemException} with status 503.
 */
public interface Blobs {
    /**
     * Stores a blob, in the place of one of this name if there is one. The content is read to its end and not closed; it
     * gets its name when all of it is stored. What a crash or an exception leaves is removed later.
     *
     * @param mediaType such as {@code text/csv}
     * @throws IOException when the content cannot be read
     * @throws IllegalArgumentException when name or media type are invalid
     * @throws TooLargeException when it is larger than {@code state.blobSize}, as soon as so much was read
     * @throws QuotaException when the platform has used up its space
     */
    Blob put(String name, String mediaType, InputStream content) throws IOException;

    /** The blob of a name, without its content. */
    Optional<Blob> find(String name);

    /**
     * Deletes a blob. Who is reading it gets an {@link IOException}.
     *
     * @return whether there was one
     */
    boolean delete(String name);

    /**
     * One page of the blobs whose names begin with a text, by name.
     *
     * @param prefix empty for all
     * @param after the cursor of the page before; empty for the first page
     * @param limit the max number of blobs, 1 to 1000
     */
    Page<Blob> list(String prefix, String after, int limit);
}
