package dev.busbar.host.routing;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The gate in front of one loaded copy of a plugin. Every entry of the host into its code holds a lease; once draining
 * has begun no lease is given, and once it is closed no code is entered. All of it is one atomic word, so a request, a
 * swap and a timeout can interleave in any order. May be called from any thread.
 *
 * <p>The word: bits 0–29 count leases, bits 30–59 count threads inside the code, bit 62 says draining, bit 63 closed.
 */
public final class Generation {
    private static final long LEASE = 1L;
    private static final long INSIDE = 1L << 30;
    private static final long COUNT = (1L << 30) - 1;
    private static final long DRAINING = 1L << 62;
    private static final long CLOSED = 1L << 63;

    private final String platform;
    private final String version;
    private final long number;
    private final AtomicLong word = new AtomicLong();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final AtomicInteger streams = new AtomicInteger();
    private final Set<HandlerCall> overdue = ConcurrentHashMap.newKeySet();

    /** A generation that gives leases. */
    public Generation(String platform, String version, long number) {
        this.platform = platform;
        this.version = version;
        this.number = number;
    }

    /** The platform's id. */
    public String platform() {
        return platform;
    }

    /** The plugin's version. */
    public String version() {
        return version;
    }

    /** Unique in the life of the host, rising. */
    public long number() {
        return number;
    }

    /** Takes a lease; false when draining has begun, and then the route table has to be read again. */
    public boolean tryAcquire() {
        while (true) {
            long now = word.get();
            if ((now & (DRAINING | CLOSED)) != 0) {
                return false;
            }
            if (word.compareAndSet(now, now + LEASE)) {
                return true;
            }
        }
    }

    /** Gives a lease back; the last one of a draining generation closes it. */
    public void release() {
        while (true) {
            long now = word.get();
            long next = now - LEASE;
            boolean last = (next & COUNT) == 0 && (now & DRAINING) != 0 && (now & CLOSED) == 0;
            if (word.compareAndSet(now, last ? next | CLOSED : next)) {
                if (last) {
                    closed.complete(null);
                }
                return;
            }
        }
    }

    /** Asks to enter the code; the holder of a lease does so right before it calls. False when it is closed. */
    public boolean enter() {
        while (true) {
            long now = word.get();
            if ((now & CLOSED) != 0) {
                return false;
            }
            if (word.compareAndSet(now, now + INSIDE)) {
                return true;
            }
        }
    }

    /** Says that the code was left. */
    public void leave() {
        word.addAndGet(-INSIDE);
    }

    /** Gives no more leases; closes at once, or when the last lease is back. */
    public void drain() {
        while (true) {
            long now = word.get();
            boolean idle = (now & COUNT) == 0 && (now & CLOSED) == 0;
            if (word.compareAndSet(now, now | DRAINING | (idle ? CLOSED : 0))) {
                if (idle) {
                    closed.complete(null);
                }
                return;
            }
        }
    }

    /**
     * Closes without waiting for leases: what waits in a queue will not be entered any more.
     *
     * @return how many threads are still inside the code
     */
    public int forceClose() {
        long before = word.getAndUpdate(now -> now | DRAINING | CLOSED);
        if ((before & CLOSED) == 0) {
            closed.complete(null);
        }
        return (int) ((before >> 30) & COUNT);
    }

    /** Completes once it is closed, on the thread that closed it: continue elsewhere. */
    public CompletionStage<Void> whenClosed() {
        return closed.minimalCompletionStage();
    }

    /** How many leases are out. */
    public int leases() {
        return (int) (word.get() & COUNT);
    }

    /** How many threads are inside the code. */
    public int inside() {
        return (int) ((word.get() >> 30) & COUNT);
    }

    /** Whether no lease is given any more. */
    public boolean isDraining() {
        return (word.get() & DRAINING) != 0;
    }

    /** Whether no code is entered any more. */
    public boolean isClosed() {
        return (word.get() & CLOSED) != 0;
    }

    /** How many answers are being streamed: past their first byte they have a limit of their own. */
    public int streams() {
        return streams.get();
    }

    void beginStream() {
        streams.incrementAndGet();
    }

    void endStream() {
        streams.decrementAndGet();
    }

    /** The calls that went on past their deadline and have not come back. */
    public List<Overdue> overdue() {
        return overdue.stream().map(HandlerCall::describe).toList();
    }

    /** Interrupts the calls that have not come back. */
    public void interruptOverdue() {
        overdue.forEach(HandlerCall::interrupt);
    }

    void addOverdue(HandlerCall call) {
        overdue.add(call);
    }

    void removeOverdue(HandlerCall call) {
        overdue.remove(call);
    }

    @Override
    public String toString() {
        return platform + " " + version + " #" + number;
    }

    /**
     * A call that went on past its deadline.
     *
     * @param route the route, such as {@code GET /slow}
     * @param correlationId the request's name
     * @param overdueMillis for how long
     * @param stack where its thread is; empty when it has just ended
     */
    public record Overdue(String route, String correlationId, long overdueMillis, List<String> stack) {}
}
