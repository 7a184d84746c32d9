package dev.busbar.host.routing;

import dev.busbar.host.pipeline.Invocation;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Route;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The requests of one platform while it hands over from one generation to the next, and neither may run. Each waits for
 * at most the deadline of the route that it would have had, without a thread. May be called from any thread.
 */
public final class Hold {
    /** For a path that the generation before did not serve. */
    private static final Duration UNKNOWN = Duration.ofSeconds(30);

    private final String platform;
    private final int limit;
    private final Executor resumer;
    private final Deque<Parked> parked = new ArrayDeque<>();
    private boolean released;

    private record Parked(Invocation invocation, Consumer<Invocation> again, long untilNanos) {}

    /**
     * A hold that is not released.
     *
     * @param limit how many may wait
     * @param resumer the threads on which requests go on; they never run a plugin's code
     */
    Hold(String platform, int limit, Executor resumer) {
        this.platform = platform;
        this.limit = limit;
        this.resumer = resumer;
    }

    /**
     * Keeps a request until the hand-over is done.
     *
     * @param again looks for its route anew
     * @throws ProblemException 503 when as many wait as may
     */
    void park(Invocation invocation, Consumer<Invocation> again) {
        Duration patience = invocation.endpoint().route().map(Route::deadline).orElse(UNKNOWN);
        synchronized (parked) {
            if (!released) {
                if (parked.size() >= limit) {
                    throw ProblemException.of(
                                    503,
                                    "platform-overloaded",
                                    "Platform overloaded",
                                    "too many requests wait for platform " + platform + " to hand over")
                            .with("platform", platform)
                            .withHeader("Retry-After", "1");
                }
                parked.add(new Parked(invocation, again, invocation.timing().deadlineNanos(patience)));
                return;
            }
        }
        resume(invocation, again);
    }

    /** Answers those whose deadline is over; called every few tens of milliseconds. Never blocks. */
    public void expire() {
        long now = System.nanoTime();
        List<Invocation> late = new ArrayList<>();
        synchronized (parked) {
            parked.removeIf(waiting -> {
                boolean over = now - waiting.untilNanos() >= 0;
                if (over) {
                    late.add(waiting.invocation());
                }
                return over;
            });
        }
        late.forEach(invocation -> invocation.fail(ProblemException.of(
                        504,
                        "platform-timeout",
                        "Platform timeout",
                        "platform " + platform + " was still handing over at the deadline")
                .with("platform", platform)));
    }

    /** The hand-over is done, well or not: all that wait look for their route anew. */
    public void release() {
        List<Parked> all;
        synchronized (parked) {
            released = true;
            all = List.copyOf(parked);
            parked.clear();
        }
        all.forEach(waiting -> resume(waiting.invocation(), waiting.again()));
    }

    private void resume(Invocation invocation, Consumer<Invocation> again) {
        resumer.execute(() -> {
            try {
                again.accept(invocation);
            } catch (RuntimeException | Error failure) {
                // As at the server's border: a request must be answered, whatever went wrong on the way.
                invocation.fail(failure);
            }
        });
    }

    /** Whether the hand-over is done. */
    public boolean isReleased() {
        synchronized (parked) {
            return released;
        }
    }

    /** How many wait. */
    int size() {
        synchronized (parked) {
            return parked.size();
        }
    }
}
