package dev.busbar.host.lifecycle;

import dev.busbar.host.routing.Hold;
import dev.busbar.host.routing.Routes;
import dev.busbar.host.threads.Threads;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Lets the requests of a platform wait while it hands over. May be called from any thread. */
final class Holds implements AutoCloseable {
    private static final long EXPIRY_MILLIS = 25;
    private static final int RESUMERS = 4;

    private final Routes routes;
    private final int limit;
    private final ScheduledExecutorService timer;
    private final ExecutorService resumer = Threads.idling("busbar-resume", RESUMERS);
    private final Set<Hold> open = ConcurrentHashMap.newKeySet();

    /**
     * No platform is held.
     *
     * @param limit how many requests of one platform may wait
     */
    Holds(Routes routes, int limit, ScheduledExecutorService timer) {
        this.routes = routes;
        this.limit = limit;
        this.timer = timer;
    }

    Hold hold(String platform) {
        Hold hold = routes.hold(platform, limit, resumer);
        open.add(hold);
        expire(hold);
        return hold;
    }

    private void expire(Hold hold) {
        hold.expire();
        if (hold.isReleased()) {
            open.remove(hold);
        } else if (!timer.isShutdown()) {
            ScheduledFuture<?> unused = timer.schedule(() -> expire(hold), EXPIRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** What still waits is resumed, and refused by what it meets then. */
    @Override
    public void close() {
        open.forEach(Hold::release);
        resumer.shutdown();
    }
}
