package dev.busbar.host.admin;

import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Permission to go on with a streaming response, which a slow reader may draw out for minutes: asked at most once a second.
 * For one thread.
 */
final class StreamPermit {
    private static final long INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

    private final BooleanSupplier permitted;
    private final LongSupplier nanos;
    private long askedNanos;

    /** @param permitted true while the caller may still have the response */
    StreamPermit(BooleanSupplier permitted, LongSupplier nanos) {
        this.permitted = permitted;
        this.nanos = nanos;
        this.askedNanos = nanos.getAsLong();
    }

    /** @throws IOException when the caller may not have the rest of the response */
    void require() throws IOException {
        long now = nanos.getAsLong();
        if (now - askedNanos >= INTERVAL_NANOS) {
            askedNanos = now;
            if (!permitted.getAsBoolean()) {
                throw new IOException("the credential of the caller has ended, or has lost its permission");
            }
        }
    }
}
