package dev.busbar.host.cache;

import dev.busbar.host.contract.Owner;
import dev.busbar.host.parking.ParkedGroup;
import dev.busbar.host.parking.ParkingLot;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A single flight: one call of a handler by a leader, and the identical requests that wait for its response (RFC 9111
 * section 4), each until its own deadline at most. May be called from any thread.
 */
final class CacheFlight {
    /** With more followers than this, the handler's own bounds decide. */
    private static final int MAX_FOLLOWERS = 4_096;

    private final ParkedGroup followers;
    private final AtomicReference<@Nullable Outcome> outcome = new AtomicReference<>();

    /**
     * The requests that may share a flight: identical ones to one generation. A request that arrives after a swap never
     * waits for the generation before, not even where cached responses survive the swap.
     *
     * @param request the cache key of the requests
     * @param owner the generation whose handler is called
     */
    record Key(CacheKey request, Owner owner) implements Comparable<Key> {
        /** Keys made to collide in their hash are still found fast, as in {@link CacheKey}. */
        @Override
        public int compareTo(Key other) {
            return request.compareTo(other.request);
        }
    }

    /** The result of the leader's call. */
    sealed interface Outcome {
        Outcome NOT_SHARED = new NotShared();
        Outcome FAILED = new Failed();

        /**
         * A response that followers may get, stored or not.
         *
         * @param response the response
         * @param purgesBefore the value of {@link ResponseCache#purges} when the handler was called
         */
        record Shared(StoredResponse response, long purgesBefore) implements Outcome {}

        /** A response for the leader only. */
        record NotShared() implements Outcome {}

        /** A failure of the platform. */
        record Failed() implements Outcome {}
    }

    CacheFlight(ParkingLot.Bay bay) {
        followers = bay.group(MAX_FOLLOWERS);
    }

    /** Parks a request as a follower. If the flight is complete it goes on now, if there are too many it is forwarded. */
    void follow(CacheLookup lookup) {
        switch (followers.park(lookup.invocation(), same -> lookup.resume(ended()), lookup::late)) {
            case PARKED -> {}
            case RELEASED -> lookup.resume(ended());
            case FULL -> lookup.proceed();
        }
    }

    private Outcome ended() {
        Outcome known = outcome.get();
        return known == null ? Outcome.NOT_SHARED : known;
    }

    /** Completes the flight and resumes its followers; only the first outcome counts. */
    void complete(Outcome result) {
        if (outcome.compareAndSet(null, result)) {
            followers.release();
        }
    }
}
