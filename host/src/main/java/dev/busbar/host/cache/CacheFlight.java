package dev.busbar.host.cache;

import dev.busbar.host.parking.ParkedGroup;
import dev.busbar.host.parking.ParkingLot;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A single flight: the call of a handler by a leader, whose response the same requests of others wait for (RFC 9111
 * section 4), each for at most its own deadline. May be called from any thread.
 */
final class CacheFlight {
    /** Beyond this many the handler's own bounds are to decide. */
    private static final int MAX_WAITING = 4_096;

    private final ParkedGroup waiting;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile boolean failed;

    CacheFlight(ParkingLot.Bay bay) {
        waiting = bay.group(MAX_WAITING);
    }

    /** Parks a request until the call is over, then goes on with what has come of it. */
    ParkedGroup.Admission park(CacheLookup lookup) {
        return waiting.park(lookup.invocation(), same -> lookup.resume(failed), lookup::late);
    }

    /** Says that the call is over and resumes those who wait; the first word holds. */
    void end(boolean hasFailed) {
        if (over.compareAndSet(false, true)) {
            failed = hasFailed;
            waiting.release();
        }
    }
}
