package dev.busbar.host.routing;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends calls that go on past their limit. Its cost for a request is one insertion and one removal; how often
 * {@link #tick} is called bounds how late it answers. May be called from any thread; {@link #tick} by one.
 */
public final class Watchdog {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    private final Set<HandlerCall> running = ConcurrentHashMap.newKeySet();
    private final long streamLimitNanos;

    /**
     * Watches over calls.
     *
     * @param streamLimitNanos how long a streamed answer may take after its first byte
     */
    public Watchdog(long streamLimitNanos) {
        this.streamLimitNanos = streamLimitNanos;
    }

    /** Ends what is past its limit; called every few tens of milliseconds. Never blocks. */
    public void tick() {
        long now = System.nanoTime();
        List<HandlerCall> past =
                running.stream().filter(call -> call.isPast(now)).toList();
        for (HandlerCall call : past) {
            running.remove(call);
            expire(call);
        }
    }

    private static void expire(HandlerCall call) {
        try {
            call.expire();
        } catch (RuntimeException | Error failure) {
            // One call that cannot be ended must not keep the others from it, nor end the schedule of ticks.
            LOG.error("a call past its limit could not be ended", failure);
        }
    }

    long streamLimitNanos() {
        return streamLimitNanos;
    }

    void watch(HandlerCall call) {
        running.add(call);
    }

    void forget(HandlerCall call) {
        running.remove(call);
    }
}
