package dev.busbar.host.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * How often somebody may fail to authenticate. Who is over budget is not locked out: what is known to be good still
 * passes, and a few signatures of what is not known are still verified, for each address some of its own, so that one
 * that floods takes them from nobody else. Bounded memory, whatever is sent. Called on server threads, by many at once.
 */
final class FailureBudget {
    private static final int MOST_NAMES = 50_000;
    private static final int MOST_SUSPICIOUS = 2_000;
    private static final int REPEATED = 3;
    private static final int TURNS = 2;
    private static final Duration TURN = Duration.ofSeconds(1);

    private final AuthenticationSettings settings;
    private final LongSupplier nanos;
    private final Cache<String, Bucket> networks;
    private final Cache<String, Bucket> keys;
    private final Cache<String, Bucket> verifications;
    private final Bucket shared;
    private final Bucket suspicious;
    private final Semaphore turns = new Semaphore(TURNS, true);

    FailureBudget(AuthenticationSettings settings, Ticker ticker) {
        this.settings = settings;
        this.nanos = ticker::read;
        Caffeine<Object, Object> cache = Caffeine.newBuilder()
                .maximumSize(MOST_NAMES)
                .expireAfterAccess(settings.period().multipliedBy(2))
                .ticker(ticker)
                .executor(Runnable::run);
        this.networks = cache.build();
        this.keys = cache.build();
        this.verifications = cache.build();
        this.shared = second(settings.sharedVerifications());
        this.suspicious = second(Math.max(MOST_SUSPICIOUS, settings.sharedVerifications()));
    }

    private Bucket second(int many) {
        return new Bucket(many, Duration.ofSeconds(1), nanos);
    }

    private Bucket period() {
        return new Bucket(settings.failures(), settings.period(), nanos);
    }

    boolean isNetworkOver(String network) {
        return isOver(networks, network);
    }

    boolean isKeyOver(String keyId) {
        return isOver(keys, keyId);
    }

    private static boolean isOver(Cache<String, Bucket> buckets, String name) {
        Bucket bucket = buckets.getIfPresent(name);
        return bucket != null && bucket.isEmpty();
    }

    /**
     * Counts a failure.
     *
     * @param keyId the key it was about; empty when it named none
     * @return whether it was about a key of which there were some failures before
     */
    boolean fail(String network, String keyId) {
        networks.get(network, name -> period()).take();
        return !keyId.isEmpty() && keys.get(keyId, name -> period()).takenBefore(REPEATED);
    }

    /** Whether a network has failed at all of late. */
    private boolean hasFailed(String network) {
        Bucket bucket = networks.getIfPresent(network);
        return bucket != null && bucket.takenBeforeNow();
    }

    /**
     * Whether the signature of an unknown token may be verified: of those whose network has failed of late only so many
     * a second, from however many networks they come.
     */
    boolean mayTry(String network) {
        return !hasFailed(network) || suspicious.take();
    }

    /**
     * Does something for a network that is over budget, a few at a time, so that those who flood do not take all of what
     * it needs; who waits gets its turn in order.
     *
     * @return empty when its turn did not come in time
     */
    <T> Optional<T> inTurn(Supplier<T> work) {
        try {
            if (!turns.tryAcquire(TURN.toMillis(), TimeUnit.MILLISECONDS)) {
                return Optional.empty();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
        try {
            return Optional.of(work.get());
        } finally {
            turns.release();
        }
    }

    /**
     * Whether a signature may be verified though somebody is over budget. Who is so only by a key's id, which anybody can
     * name, does not depend on what others take.
     */
    boolean mayVerify(String network) {
        boolean own = verifications
                .get(network, name -> second(settings.verifications()))
                .take();
        return own && (!isNetworkOver(network) || shared.take());
    }

    /** Whether {@link #mayVerify} had anything to give just now; takes nothing. */
    boolean hasVerifications(String network) {
        return !isOver(verifications, network) && (!isNetworkOver(network) || !shared.isEmpty());
    }

    /** When it is worth trying again, in seconds. */
    long retryAfterSeconds() {
        return Math.max(1, settings.period().toSeconds() / settings.failures());
    }

    /** How many names are held. */
    long size() {
        networks.cleanUp();
        keys.cleanUp();
        return networks.estimatedSize() + keys.estimatedSize();
    }

    /** Holds as many as fit, and fills up evenly. Thread-safe. */
    private static final class Bucket {
        private final double capacity;
        private final double perNano;
        private final LongSupplier nanos;
        private final Object lock = new Object();
        private double level;
        private long filledAt;

        Bucket(int capacity, Duration period, LongSupplier nanos) {
            this.capacity = capacity;
            this.perNano = capacity / (double) period.toNanos();
            this.nanos = nanos;
            this.level = capacity;
            this.filledAt = nanos.getAsLong();
        }

        boolean take() {
            synchronized (lock) {
                fill();
                if (level < 1) {
                    return false;
                }
                level--;
                return true;
            }
        }

        /** Takes one; whether there had been as many taken before that are not given back yet. */
        boolean takenBefore(int many) {
            synchronized (lock) {
                fill();
                boolean repeated = level <= capacity - many;
                level = Math.max(0, level - 1);
                return repeated;
            }
        }

        boolean takenBeforeNow() {
            synchronized (lock) {
                fill();
                return level <= capacity - 1;
            }
        }

        boolean isEmpty() {
            synchronized (lock) {
                fill();
                return level < 1;
            }
        }

        private void fill() {
            long now = nanos.getAsLong();
            level = Math.min(capacity, level + (now - filledAt) * perNano);
            filledAt = now;
        }
    }
}
