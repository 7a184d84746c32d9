package dev.busbar.host.tokens;

import java.io.IOException;

/** Gets the published key set of one issuer. One fetch at a time. */
interface KeyFetch {
    /**
     * Gets it, at most {@link KeySet#LARGEST} octets. May take seconds.
     *
     * @throws IOException when it cannot be had; the message is fit for the log
     */
    byte[] fetch() throws IOException;

    /** Ends a fetch that takes too long, from another thread; harmless when there is none. */
    default void abort() {}
}
