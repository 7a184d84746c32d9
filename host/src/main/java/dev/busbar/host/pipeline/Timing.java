package dev.busbar.host.pipeline;

import dev.busbar.plugin.Route;
import java.time.Duration;

/**
 * The times of one invocation, by {@link System#nanoTime()}. The deadline is set before the dispatch; the handler's
 * times are written by its thread and may be read by any; the time of a running handler counts up to now.
 */
public final class Timing {
    private final long arrivedNanos;
    private long beganNanos;
    private long routeNanos = Route.DEFAULT_DEADLINE.toNanos();
    private long callerNanos = Long.MAX_VALUE;
    private volatile long handlerBegan;
    private volatile long handlerEnded;

    Timing(long arrivedNanos) {
        this.arrivedNanos = arrivedNanos;
        this.beganNanos = arrivedNanos;
    }

    /** The time of arrival. */
    public long arrivedNanos() {
        return arrivedNanos;
    }

    /** Shortens the deadline to the time that the caller waits, counted from the arrival; never extends it. */
    public void shorten(Duration wait) {
        callerNanos = Math.min(callerNanos, wait.toNanos());
    }

    /** Counts the deadline from now on: the body has arrived, and how long that took is the client's affair. */
    public void restart(long nowNanos) {
        beganNanos = nowNanos;
    }

    /** Sets the deadline of the route, counted from the arrival. */
    void ofRoute(Duration deadline) {
        routeNanos = deadline.toNanos();
    }

    /** The deadline: that of the route, or an earlier one of the caller. */
    public long dueNanos() {
        return beganNanos + Math.min(callerNanos, routeNanos);
    }

    /** The time from arrival to deadline, as it is reported to callers. */
    public Duration allowed() {
        return Duration.ofNanos(Math.min(callerNanos, routeNanos));
    }

    /** Returns whether the caller has shortened the deadline. */
    public boolean isShortened() {
        return callerNanos < routeNanos;
    }

    /** Records the start of the handler. */
    public void handlerBegins() {
        handlerBegan = System.nanoTime();
    }

    /** Records the end of the handler: it has returned or thrown, or its stream is written. The first call counts. */
    public void handlerEnds() {
        if (handlerEnded == 0) {
            handlerEnded = System.nanoTime();
        }
    }

    /** Returns whether the handler was entered. */
    public boolean isHandlerEntered() {
        return handlerBegan != 0;
    }

    /** The duration of the handler, in nanoseconds; 0 where it was not entered. */
    public long handlerNanos() {
        long began = handlerBegan;
        long ended = handlerEnded;
        if (began == 0) {
            return 0;
        }
        return (ended == 0 ? System.nanoTime() : ended) - began;
    }
}
