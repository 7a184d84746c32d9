package dev.busbar.host.idempotency;

import dev.busbar.host.ChainRig;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.Response;
import java.util.concurrent.atomic.AtomicInteger;

/** A handler that creates bills, and requests to it. Thread-safe. */
final class Bills {
    private final AtomicInteger created = new AtomicInteger();

    /** Creates the next bill. */
    Response create() {
        return bill(count());
    }

    /** Counts a call of a handler, and returns how many there were. */
    int count() {
        return created.incrementAndGet();
    }

    /** The number of calls. */
    int created() {
        return created.get();
    }

    static Response bill(int number) {
        return Response.text("bill " + number).status(201).header("Location", ChainRig.BILLS + "/" + number);
    }

    static FakeExchange request(String key, String body) {
        return FakeExchange.of("POST", ChainRig.BILLS)
                .with("Idempotency-Key", key)
                .with("Content-Type", "text/plain")
                .body(body);
    }

    static boolean isReplayed(FakeExchange exchange) {
        return "true".equals(exchange.answerHeaders().get("idempotency-replayed"));
    }
}
