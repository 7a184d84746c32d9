package dev.busbar.host.pipeline;

import dev.busbar.plugin.Route;
import java.time.Duration;

/**
 * The times of one invocation, by {@link System#nanoTime()}. The deadline is set before the dispatch; the handler's times
 * are written by its thread and may be read by any; a handler that has not ended counts up to now.
 */
public final class Timing {
    private final long arrivedNanos;
    private long routeNanos = Route.DEFAULT_DEADLINE.toNanos();
    private long callerNanos = Long.MAX_VALUE;
    private volatile long handlerBegan;
    private volatile long handlerEnded;

    Timing(long arrivedNanos) {
        this.arrivedNanos = arrivedNanos;
    }

    /** When it arrived. */
    public long arrivedNanos() {
        return arrivedNanos;
    }

    /** Shortens the deadline to what the caller waits for, from the arrival on; never extends it. */
    public void shorten(Duration wait) {
        callerNanos = Math.min(callerNanos, wait.toNanos());
    }

    /** Sets how long its route gives it, from the arrival on. */
    void ofRoute(Duration deadline) {
        routeNanos = deadline.toNanos();
    }

    /** Until when it has to be answered: by the deadline of its route, or by an earlier one that the caller has set. */
    public long dueNanos() {
        return arrivedNanos + Math.min(callerNanos, routeNanos);
    }

    /** How long it may take in all, as a caller is told. */
    public Duration allowed() {
        return Duration.ofNanos(Math.min(callerNanos, routeNanos));
    }

    /** Returns whether the caller gives it less time than its route does. */
    public boolean isShortened() {
        return callerNanos < routeNanos;
    }

    /** Records that the handler begins now. */
    public void handlerBegins() {
        handlerBegan = System.nanoTime();
    }

    /** Records that the handler has ended: it has returned or thrown, or its stream is written. The first call counts. */
    public void handlerEnds() {
        if (handlerEnded == 0) {
            handlerEnded = System.nanoTime();
        }
    }

    /** Returns whether the handler was entered. */
    public boolean isHandlerEntered() {
        return handlerBegan != 0;
    }

    /** How long the handler has run, in nanoseconds; 0 where it was not entered. */
    public long handlerNanos() {
        long began = handlerBegan;
        long ended = handlerEnded;
        if (began == 0) {
            return 0;
        }
        return (ended == 0 ? System.nanoTime() : ended) - began;
    }
}
