package dev.busbar.host.pipeline;

import java.time.Duration;

/**
 * The times of one invocation, by {@link System#nanoTime()}. The limit is set before the hand-over; the handler's times
 * are written by its thread and may be read by any, and one that has not ended counts up to now.
 */
public final class Timing {
    private final long arrivedNanos;
    private long withinNanos = Long.MAX_VALUE;
    private volatile long handlerBegan;
    private volatile long handlerEnded;

    Timing(long arrivedNanos) {
        this.arrivedNanos = arrivedNanos;
    }

    /** When it arrived. */
    public long arrivedNanos() {
        return arrivedNanos;
    }

    /** Says that the caller waits no longer than this, from the arrival on; a longer one than before changes nothing. */
    public void shorten(Duration wait) {
        withinNanos = Math.min(withinNanos, wait.toNanos());
    }

    /** Until when it has to be answered: the route's deadline, or an earlier one that the caller has set. */
    public long deadlineNanos(Duration ofRoute) {
        return arrivedNanos + Math.min(withinNanos, ofRoute.toNanos());
    }

    /** How long a route's handler may take in all, as a caller is told. */
    public Duration allowed(Duration ofRoute) {
        return Duration.ofNanos(Math.min(withinNanos, ofRoute.toNanos()));
    }

    /** Says that the handler begins now. */
    public void handlerBegins() {
        handlerBegan = System.nanoTime();
    }

    /** Says that the handler has ended: its code has returned or thrown, or its stream is written. The first word holds. */
    public void handlerEnds() {
        if (handlerEnded == 0) {
            handlerEnded = System.nanoTime();
        }
    }

    /** Whether the handler was entered. */
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
