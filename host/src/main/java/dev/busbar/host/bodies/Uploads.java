package dev.busbar.host.bodies;

import dev.busbar.core.ProblemType;
import dev.busbar.core.Problems;
import dev.busbar.host.parking.Parked;
import dev.busbar.host.parking.ParkingLot;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.threads.Deadlines;
import dev.busbar.plugin.ProblemException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The uploads in progress, with a max number per platform and per caller. An upload that finds a platform full is
 * refused, and the slowest one there ends, if it is slow at all, so that slow clients cannot keep others out for hours.
 * Only the time counts in which a handler waits for its client, and only while it waits.
 *
 * <p>The uploads of one caller that keep a processor busy take turns: one that finds as many of them as there are
 * processors waits for a moment without a thread, so that a burst of one caller delays its own requests and not those of
 * all others. Thread-safe.
 */
final class Uploads {
    private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);

    /** The rate below which an upload may have to end for others, in bytes a second. */
    private static final long SLOW = 64 * 1024;

    private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** The max time that an upload waits for its turn. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Limits limits;
    private final ParkingLot.Bay bay;
    private final Deadlines deadlines;
    private final Object lock = new Object();
    private final Map<String, Set<Upload>> platforms = new HashMap<>();
    private final Queue<Turn> turns = new ConcurrentLinkedQueue<>();

    /**
     * The limits of uploads.
     *
     * @param ofPlatform the max number to one platform
     * @param ofCaller the max number of one caller to one platform
     * @param busy the number of one caller to one platform from which on further ones wait for their turn; those whose
     *     handler waits for its client do not count
     */
    record Limits(int ofPlatform, int ofCaller, int busy) {
        Limits {
            ofPlatform = Math.max(1, ofPlatform);
            ofCaller = Math.max(1, ofCaller);
            busy = Math.max(1, busy);
        }
    }

    /** An upload. Compared by identity of its invocation. */
    private record Upload(Invocation invocation, String platform, String caller) {
        boolean isOfSame(Upload other) {
            return caller.equals(other.caller) && platform.equals(other.platform);
        }

        boolean isBusy() {
            return invocation.exchange().awaitedNanos() < 0;
        }

        /** Its bytes for each second that its client was waited for; infinite where it does not count as slow. */
        double rate() {
            long waited = invocation.exchange().awaitedNanos();
            if (waited < SETTLED_NANOS || invocation.reply().isClaimed()) {
                return Double.POSITIVE_INFINITY;
            }
            return invocation.exchange().arrivedBytes() / (waited / (double) TimeUnit.SECONDS.toNanos(1));
        }
    }

    /** An upload at the moment at which it was looked at. */
    private record Candidate(Upload upload, double rate) {}

    /**
     * No uploads.
     *
     * @param bay where uploads wait for their turn
     */
    Uploads(Limits limits, ParkingLot.Bay bay, Deadlines deadlines) {
        this.limits = limits;
        this.bay = bay;
        this.deadlines = deadlines;
    }

    /**
     * Begins an upload, which ends with its request, now or when it is its turn.
     *
     * @param next the next step of the request
     * @throws ProblemException 503 when there are too many
     */
    void begin(Invocation invocation, String platform, Interceptor.Next next) {
        Upload upload = new Upload(invocation, platform, Bodies.caller(invocation));
        if (tryAdmit(upload, limits.busy())) {
            next.proceed(invocation);
        } else {
            new Turn(upload, next).await();
        }
    }

    /** Admits an upload; returns false if so many of its caller are busy that it has to wait. */
    private boolean tryAdmit(Upload upload, int maxBusy) {
        Optional<Candidate> ending;
        synchronized (lock) {
            Set<Upload> all = platforms.computeIfAbsent(upload.platform(), first -> new HashSet<>());
            long own = all.stream().filter(upload::isOfSame).count();
            if (own >= limits.ofCaller()) {
                throw tooMany("the caller");
            }
            if (all.size() < limits.ofPlatform()) {
                if (own >= maxBusy && busy(all, upload) >= maxBusy) {
                    return false;
                }
                upload.invocation()
                        .completion()
                        .onComplete(() -> end(upload)); // throws where it was answered meanwhile
                all.add(upload);
                return true;
            }
            ending = all.stream()
                    .map(other -> new Candidate(other, other.rate()))
                    .filter(other -> other.rate() < SLOW)
                    .min(Comparator.comparingDouble(Candidate::rate));
        }
        ending.ifPresent(slow -> slow.upload().invocation().reply().fail(Problems.requestTimeout()));
        throw tooMany("the platform");
    }

    private static long busy(Set<Upload> all, Upload upload) {
        return all.stream().filter(upload::isOfSame).filter(Upload::isBusy).count();
    }

    private boolean hasTurn(Upload upload) {
        synchronized (lock) {
            return busy(platforms.getOrDefault(upload.platform(), Set.of()), upload) < limits.busy();
        }
    }

    private void end(Upload upload) {
        synchronized (lock) {
            Set<Upload> all = platforms.get(upload.platform());
            if (all != null && all.remove(upload) && all.isEmpty()) {
                platforms.remove(upload.platform());
            }
        }
        for (Turn turn : turns) {
            if (turn.upload.isOfSame(upload) && deadlines.remove(turn) && turn.begin()) {
                return;
            }
        }
    }

    /** The turn of an upload that waits: it comes with the end of another one, or at the latest when it is due. */
    private final class Turn implements Deadlines.Due {
        private final Upload upload;
        private final Interceptor.Next next;
        private final long sinceNanos = deadlines.now();
        private final Parked parked;

        Turn(Upload upload, Interceptor.Next next) {
            this.upload = upload;
            this.next = next;
            this.parked =
                    bay.park(upload.invocation(), () -> Long.MAX_VALUE / 2 + sinceNanos, Problems::requestTimeout);
        }

        void await() {
            turns.add(this);
            deadlines.add(this);
        }

        @Override
        public long dueNanos() {
            return parked.isWaiting() && !hasTurn(upload) ? sinceNanos + PATIENCE_NANOS : sinceNanos;
        }

        @Override
        public void expire() {
            boolean unused = begin();
        }

        /** Ends the wait; returns false if the request goes no further: it was answered meanwhile, or is refused. */
        boolean begin() {
            turns.remove(this);
            if (!parked.isWaiting() || upload.invocation().reply().isClaimed()) {
                return false;
            }
            try {
                return tryAdmit(upload, Integer.MAX_VALUE) && parked.resume(this::resume);
            } catch (ProblemException tooMany) {
                parked.fail(tooMany);
                return false;
            } catch (IllegalStateException answered) {
                LOG.debug("an upload was answered while its turn came", answered);
                return false;
            }
        }

        /** The deadline of the route runs from here. */
        private void resume(Invocation passing) {
            passing.timing().restart(deadlines.now());
            next.proceed(passing);
        }
    }

    private static ProblemException tooMany(String whose) {
        return ProblemType.PLATFORM_OVERLOADED
                .problem("too many uploads of " + whose + " are in progress")
                .withHeader("Retry-After", "1");
    }
}
