package dev.busbar.host.routing;

import dev.busbar.core.ProblemType;
import dev.busbar.host.parking.ParkedGroup;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.plugin.ProblemException;

/**
 * The requests of one platform that wait while it hands over from one generation to the next, and neither may run. Each
 * waits for at most the deadline of the route that it would have had. May be called from any thread.
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
     * @param again looks for its route anew
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

    /** Says that the handover is done, well or not: all that wait look for their route anew. */
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
