package dev.busbar.host.idempotency;

import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Meters;
import java.util.Locale;

/** The counters of requests with an {@code Idempotency-Key}, by platform and result. Thread-safe. */
final class IdempotencyCounts {
    private final Meters meters;

    /** The result of a request. */
    enum Result {
        /** It was forwarded to the handler. */
        FIRST,
        /** It got the stored response. */
        REPLAYED,
        /** The first request is in progress. */
        CONFLICT,
        /** The first request was different. */
        MISMATCH,
        /** The outcome of the first request is unknown, or its response cannot be replayed. */
        UNKNOWN,
        /** The key was malformed, the body too large, there were too many keys, or the store was unavailable. */
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

    /** Counts a response that was sent without being stored. */
    void unsaved(Invocation invocation) {
        meters.count(
                        "busbar.idempotency.unsaved",
                        "Responses to requests with an Idempotency-Key that were sent without being stored",
                        "platform",
                        invocation.endpoint().platform())
                .increment();
    }
}
