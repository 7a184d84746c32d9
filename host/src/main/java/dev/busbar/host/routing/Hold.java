package dev.busbar.host.routing;

import dev.busbar.core.ProblemType;
import dev.busbar.host.parking.ParkedGroup;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.plugin.ProblemException;

/**
 * The requests of one platform that wait during an exclusive handover, when no generation may run. Each waits at most
 * until the deadline of its previous route. May be called from any thread.
 */
public final class Hold {
    private final String platform;
    private final ParkedGroup waiting;

    Hold(String platform, ParkedGroup waiting) {
        this.platform = platform;
        this.waiting = waiting;
    }

    /**
     * Parks a request until the handover is done.
     *
     * @param again looks up the route again
     * @throws ProblemException 503 when too many wait
     */
    void park(Invocation invocation, Interceptor.Next again) {
        switch (waiting.park(invocation, again, this::late)) {
            case PARKED -> {}
            case RELEASED -> again.proceed(invocation);
            case FULL -> throw full();
        }
    }

    private ProblemException full() {
        return ProblemType.PLATFORM_OVERLOADED
                .problem("too many requests wait for platform " + platform + " to complete its handover")
                .with("platform", platform)
                .withHeader("Retry-After", "1");
    }

    private ProblemException late() {
        return ProblemType.PLATFORM_TIMEOUT
                .problem("platform " + platform + " was still in its handover at the deadline")
                .with("platform", platform);
    }

    /** Ends the wait when the handover is done, successfully or not: all requests look up their route again. */
    public void release() {
        waiting.release();
    }

    /** Returns whether the handover is done. */
    public boolean isReleased() {
        return waiting.isReleased();
    }

    /** The number of requests that wait. */
    int size() {
        return waiting.size();
    }
}
