package dev.busbar.plugin.state;

import java.io.InputStream;
import java.time.Instant;

/** A stored blob, whose content never changes: a later write of its name makes another one. Thread-safe. */
public interface Blob {
    /** The name. */
    String name();

    /** The media type. */
    String mediaType();

    /** The number of bytes. */
    long size();

    /** The SHA-256 of the content, in lower case hexadecimal digits. Fit for an entity tag. */
    String sha256();

    /** The time of the write, by the clock of the node that wrote it. */
    Instant createdAt();

    /**
     * The content. The stream holds a MiB of it at most, and nothing of the store between two reads. When the blob is
     * deleted or replaced meanwhile, the stream fails instead of ending early.
     */
    InputStream open();

    /**
     * A part of the content.
     *
     * @param from the first byte, from 0
     * @param length the number of bytes
     * @throws IllegalArgumentException when the part is not within the content
     */
    InputStream open(long from, long length);
}
