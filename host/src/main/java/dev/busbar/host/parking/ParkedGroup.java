package dev.busbar.host.parking;

import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.plugin.ProblemException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Requests that wait for the same event, which happens once: all that have not reached their deadline are resumed then.
 * May be called from any thread.
 */
public final class ParkedGroup {
    private final ParkingLot.Bay bay;
    private final int max;
    private final Object lock = new Object();
    private Map<Parked, Interceptor.Next> waiting = Map.of();
    private boolean released;

    /** The result of parking a request. */
    public enum Admission {
        /** It waits. */
        PARKED,
        /** It need not wait: the event has happened. */
        RELEASED,
        /** It cannot wait: too many already do. */
        FULL
    }

    ParkedGroup(ParkingLot.Bay bay, int max) {
        this.bay = bay;
        this.max = max;
    }

    /**
     * Parks a request until the event.
     *
     * @param step the next step, on a worker of the lot
     * @param whenLate creates the response when the deadline comes first; called at most once, on the clock's thread
     */
    public Admission park(Invocation invocation, Interceptor.Next step, Supplier<ProblemException> whenLate) {
        synchronized (lock) {
            if (released) {
                return Admission.RELEASED;
            }
            Optional<Parked> parked = waiting.size() >= max
                    ? Optional.empty()
                    : bay.tryPark(invocation, new Parked.Terms(invocation.timing()::dueNanos, whenLate, this::remove));
            if (parked.isEmpty()) {
                return Admission.FULL;
            }
            if (waiting.isEmpty()) {
                waiting = new LinkedHashMap<>();
            }
            waiting.put(parked.get(), step);
            return Admission.PARKED;
        }
    }

    private void remove(Parked parked) {
        synchronized (lock) {
            if (!released) {
                waiting.remove(parked);
            }
        }
    }

    /** Signals the event: resumes all that wait; later requests do not wait. Later calls do nothing. */
    public void release() {
        Map<Parked, Interceptor.Next> all;
        synchronized (lock) {
            released = true;
            all = waiting;
            waiting = Map.of();
        }
        all.forEach(Parked::resume);
    }

    /** Returns whether the event has happened. */
    public boolean isReleased() {
        synchronized (lock) {
            return released;
        }
    }

    /** The number of requests that wait. */
    public int size() {
        synchronized (lock) {
            return waiting.size();
        }
    }
}
