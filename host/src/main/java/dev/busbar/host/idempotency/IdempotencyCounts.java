package dev.busbar.host.idempotency;

import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Meters;
import java.util.Locale;

/** What became of requests with an {@code Idempotency-Key}, counted for each platform. Thread-safe. */
final class IdempotencyCounts {
    private final Meters meters;

    /** What was done with a request. */
    enum Result {
        /** It was passed on. */
        FIRST,
        /** It got the answer that was kept. */
        REPLAYED,
        /** The first one is under way. */
        CONFLICT,
        /** The first one was another. */
        MISMATCH,
        /** What became of the first one cannot be told. */
        UNKNOWN,
        /** The key was malformed, the body too large, there were too many keys, or the store was away. */
        REFUSED
    }

    IdempotencyCounts(Meters meters) {
        this.meters = meters;
    }

    void count(Invocation invocation, Result result) {
        String word = result.name().toLowerCase(Locale.ROOT);
        invocation.note("idempotency", word);
        meters.count(
                        "busbar.idempotency.requests",
                        "Requests with an Idempotency-Key",
                        "platform",
                        invocation.endpoint().platform(),
                        "result",
                        word)
                .increment();
    }

    /** An answer went out without being kept. */
    void unsaved(Invocation invocation) {
        meters.count(
                        "busbar.idempotency.unsaved",
                        "Responses to requests with an Idempotency-Key that were sent without being stored",
                        "platform",
                        invocation.endpoint().platform())
                .increment();
    }
}
