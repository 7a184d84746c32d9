package dev.busbar.host.bodies;

import dev.busbar.core.ProblemType;
import dev.busbar.core.Problems;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.plugin.ProblemException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The uploads in progress, with a max number per platform and per caller. An upload that finds a platform full is
 * refused, and the slowest one there ends, if it is slow at all, so that slow clients cannot keep others out for hours.
 * Only the time counts in which a handler waits for its client, and only while it waits.
 * Thread-safe.
 */
final class Uploads {
    /** The rate below which an upload may have to end for others, in bytes a second. */
    private static final long SLOW = 64 * 1024;

    private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final int maxOfPlatform;
    private final int maxOfCaller;
    private final Object lock = new Object();
    private final Map<String, Set<Upload>> platforms = new HashMap<>();

    /** An upload. Compared by identity of its invocation. */
    private record Upload(Invocation invocation, String caller) {
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

    /** No uploads. */
    Uploads(int maxOfPlatform, int maxOfCaller) {
        this.maxOfPlatform = Math.max(1, maxOfPlatform);
        this.maxOfCaller = Math.max(1, maxOfCaller);
    }

    /**
     * Begins an upload, which ends with its request.
     *
     * @throws ProblemException 503 when there are too many
     */
    void begin(Invocation invocation, String platform) {
        Upload upload = new Upload(invocation, Bodies.caller(invocation));
        Optional<Candidate> ending;
        synchronized (lock) {
            Set<Upload> all = platforms.computeIfAbsent(platform, first -> new HashSet<>());
            long own = all.stream()
                    .filter(other -> other.caller().equals(upload.caller()))
                    .count();
            if (own >= maxOfCaller) {
                throw tooMany("the caller");
            }
            if (all.size() < maxOfPlatform) {
                all.add(upload);
                invocation.completion().onComplete(() -> end(platform, upload));
                return;
            }
            ending = all.stream()
                    .map(other -> new Candidate(other, other.rate()))
                    .filter(other -> other.rate() < SLOW)
                    .min(Comparator.comparingDouble(Candidate::rate));
        }
        ending.ifPresent(slow -> slow.upload().invocation().reply().fail(Problems.requestTimeout()));
        throw tooMany("the platform");
    }

    private void end(String platform, Upload upload) {
        synchronized (lock) {
            Set<Upload> all = platforms.get(platform);
            if (all != null && all.remove(upload) && all.isEmpty()) {
                platforms.remove(platform);
            }
        }
    }

    private static ProblemException tooMany(String whose) {
        return ProblemType.PLATFORM_OVERLOADED
                .problem("too many uploads of " + whose + " are in progress")
                .withHeader("Retry-After", "1");
    }
}
