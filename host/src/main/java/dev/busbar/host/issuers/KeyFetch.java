package dev.busbar.host.issuers;

import dev.busbar.host.jwt.KeySet;
import java.io.IOException;

/** Source of the published key set of one issuer. One fetch at a time. */
interface KeyFetch {
    /**
     * Fetches the key set, at most {@link KeySet#MAX_BYTES} bytes. May block for seconds.
     *
     * @throws IOException when it cannot be fetched; the message is fit for the log
     */
    byte[] fetch() throws IOException;

    /** Aborts a fetch in progress, from another thread; harmless when there is none. */
    default void abort() {}
}
