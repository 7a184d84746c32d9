package dev.busbar.host.entry;

import dev.busbar.host.contract.Owner;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

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

    private final Owner owner;
    private final String version;
    private final AtomicLong word = new AtomicLong();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final AtomicInteger streams = new AtomicInteger();
    private final Set<Visit> inside = ConcurrentHashMap.newKeySet();

    /** A generation that gives leases. */
    public Generation(Owner owner, String version) {
        this.owner = owner;
        this.version = version;
    }

    /** Whose code it guards. */
    public Owner owner() {
        return owner;
    }

    /** The platform's id. */
    public String platform() {
        return owner.id();
    }

    /** The plugin's version. */
    public String version() {
        return version;
    }

    /** Unique in the life of the host, rising; 0 for the host itself. */
    public long number() {
        return owner.generationNumber();
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

    /** Enters a closed generation, to call its {@code close()}: behind everything else, and only once. */
    void enterClosed() {
        word.addAndGet(INSIDE);
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

    /** A stream begins. */
    public void beginStream() {
        streams.incrementAndGet();
    }

    /** A stream has ended. */
    public void endStream() {
        streams.decrementAndGet();
    }

    void add(Visit entry) {
        inside.add(entry);
    }

    void remove(Visit entry) {
        inside.remove(entry);
    }

    /** What is inside, with its stack, the longest first. */
    public List<RunningEntry> running() {
        return inside.stream()
                .map(Visit::describe)
                .sorted(Comparator.comparingLong(RunningEntry::runningMillis).reversed())
                .toList();
    }

    /** How many entries of each kind are inside; cheaper than {@link #running}, because no stack is read. */
    public Map<Entry.Kind, Long> runningByKind() {
        return inside.stream().collect(Collectors.groupingBy(Visit::kind, Collectors.counting()));
    }

    /** Interrupts what is inside and may be interrupted. */
    public void interruptAll() {
        inside.stream().filter(Visit::mayBeInterrupted).forEach(Visit::interrupt);
    }

    @Override
    public String toString() {
        return platform() + " " + version + " #" + number();
    }
}
