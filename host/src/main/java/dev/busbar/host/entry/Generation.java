package dev.busbar.host.entry;

import dev.busbar.host.contract.Owner;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * The gate in front of one loaded copy of a plugin. Every entry of the host into its code holds a lease; a draining
 * generation grants no lease, and the code of a closed one is not entered. The state is one atomic word, so a request,
 * a swap and a timeout can interleave in any order. May be called from any thread.
 *
 * <p>The word: bits 0–29 count leases, bits 30–59 count threads inside the code, bit 62 is set when draining, bit 63
 * when closed.
 */
public final class Generation {
    private static final long LEASE = 1L;
    private static final long INSIDE = 1L << 30;
    private static final long COUNT = (1L << 30) - 1;
    private static final long DRAINING = 1L << 62;
    private static final long CLOSED = 1L << 63;

    private final Owner owner;
    private final String version;
    private final String description;
    private final AtomicLong word = new AtomicLong();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final AtomicInteger streams = new AtomicInteger();
    private final Visits inside = new Visits();

    /** A generation that grants leases, of a plugin that does not describe itself. */
    public Generation(Owner owner, String version) {
        this(owner, version, "");
    }

    /**
     * A generation that grants leases.
     *
     * @param description what the plugin says of itself; may be empty
     */
    public Generation(Owner owner, String version, String description) {
        this.owner = owner;
        this.version = version;
        this.description = description;
    }

    /** The owner of the code. */
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

    /** What the plugin says of itself; empty if it says nothing. */
    public String description() {
        return description;
    }

    /**
     * The number of the generation, unique and increasing during the life of the host process; 0 for the host itself.
     */
    public long number() {
        return owner.generationNumber();
    }

    /** Acquires a lease; returns false when draining has begun: the caller reads the route table again. */
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

    /** Releases a lease; the last one of a draining generation closes it. */
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

    /**
     * Enters the code; called by the holder of a lease right before the call. Returns false when the generation is
     * closed.
     */
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

    /** Enters a closed generation to call its {@code close()}: after all other entries, once. */
    void enterClosed() {
        word.addAndGet(INSIDE);
    }

    /** Leaves the code. */
    public void leave() {
        word.addAndGet(-INSIDE);
    }

    /** Grants no more leases; closes immediately, or when the last lease is released. */
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
     * Closes without waiting for leases: queued entries are refused.
     *
     * @return the number of threads that are still inside the code
     */
    public int forceClose() {
        long before = word.getAndUpdate(now -> now | DRAINING | CLOSED);
        if ((before & CLOSED) == 0) {
            closed.complete(null);
        }
        return (int) ((before >> 30) & COUNT);
    }

    /** Completes when the generation is closed, on the thread that closed it; callers continue on another one. */
    public CompletionStage<Void> whenClosed() {
        return closed.minimalCompletionStage();
    }

    /** The number of leases that are held. */
    public int leases() {
        return (int) (word.get() & COUNT);
    }

    /** The number of threads inside the code. */
    public int inside() {
        return (int) ((word.get() >> 30) & COUNT);
    }

    /** Returns whether no more leases are granted. */
    public boolean isDraining() {
        return (word.get() & DRAINING) != 0;
    }

    /** Returns whether the code is no longer entered. */
    public boolean isClosed() {
        return (word.get() & CLOSED) != 0;
    }

    /** The number of streaming responses: after their first byte they have a time limit of their own. */
    public int streams() {
        return streams.get();
    }

    /** Counts a streaming response that begins. */
    public void beginStream() {
        streams.incrementAndGet();
    }

    /** Counts a streaming response that has ended. */
    public void endStream() {
        streams.decrementAndGet();
    }

    void add(Visit entry) {
        inside.add(entry);
    }

    void remove(Visit entry) {
        inside.remove(entry);
    }

    /** The running entries with their stacks, the longest-running first. */
    public List<RunningEntry> running() {
        return inside.stream()
                .map(Visit::describe)
                .sorted(Comparator.comparingLong(RunningEntry::runningMillis).reversed())
                .toList();
    }

    /** The number of running entries by kind; cheaper than {@link #running}, because no stack is read. */
    public Map<Entry.Kind, Long> runningByKind() {
        return inside.stream().collect(Collectors.groupingBy(Visit::kind, Collectors.counting()));
    }

    /** Cuts all running entries and interrupts those that may be interrupted, for a gate that is closed by force. */
    public void interruptAll() {
        inside.stream().forEach(Visit::cut);
    }

    @Override
    public String toString() {
        return platform() + " " + version + " #" + number();
    }
}
