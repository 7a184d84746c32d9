package dev.busbar.host.authentication;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.busbar.host.buckets.Buckets;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Budget of failed authentications, by network and by key. A caller over budget is not locked out: a cached credential
 * still passes, and a few signatures of unknown tokens are still verified each second, with a share for each network, so
 * that a flood from one network costs no other. Bounded in memory. Called on event loops and workers, by many at once.
 */
final class FailureBudget {
    private static final int MAX_NAMES = 50_000;
    private static final int MIN_SUSPICIOUS = 2_000;
    private static final int REPEATED = 3;
    private static final int TURNS = 2;
    private static final Duration TURN = Duration.ofSeconds(1);

    private final AuthenticationSettings settings;
    private final Buckets source;
    private final Cache<String, Bucket> networks;
    private final Cache<String, Bucket> keys;
    private final Cache<String, Bucket> verifications;
    private final Bucket shared;
    private final Bucket suspicious;
    private final Semaphore turns = new Semaphore(TURNS, true);

    FailureBudget(AuthenticationSettings settings, Ticker ticker) {
        this.settings = settings;
        this.source = new Buckets(ticker::read);
        Caffeine<Object, Object> cache = Caffeine.newBuilder()
                .maximumSize(MAX_NAMES)
                .expireAfterAccess(settings.period().multipliedBy(2))
                .ticker(ticker)
                .executor(Runnable::run);
        this.networks = cache.build();
        this.keys = cache.build();
        this.verifications = cache.build();
        this.shared = second(settings.sharedVerifications());
        this.suspicious = second(Math.max(MIN_SUSPICIOUS, settings.sharedVerifications()));
    }

    private Bucket second(int count) {
        return source.full(count, Duration.ofSeconds(1));
    }

    private Bucket period() {
        return source.full(settings.failures(), settings.period());
    }

    boolean isNetworkOver(String network) {
        return isOver(networks, network);
    }

    boolean isKeyOver(String keyId) {
        return isOver(keys, keyId);
    }

    private static boolean isOver(Cache<String, Bucket> buckets, String name) {
        Bucket bucket = buckets.getIfPresent(name);
        return bucket != null && bucket.getAvailableTokens() < 1;
    }

    /**
     * Counts a failure.
     *
     * @param keyId the key it was about; empty when it named none
     * @return true when it was about a key with some failures before
     */
    boolean fail(String network, String keyId) {
        boolean unused = networks.get(network, name -> period()).tryConsume(1);
        return !keyId.isEmpty() && isRepeated(keys.get(keyId, name -> period()).tryConsumeAndReturnRemaining(1));
    }

    private boolean isRepeated(ConsumptionProbe failure) {
        long before = failure.getRemainingTokens() + (failure.isConsumed() ? 1 : 0);
        return before <= settings.failures() - REPEATED;
    }

    /** True while a failure of a network is not refilled. */
    private boolean hasFailed(String network) {
        Bucket bucket = networks.getIfPresent(network);
        return bucket != null && bucket.getAvailableTokens() < settings.failures();
    }

    /**
     * True if the signature of an unknown token may be verified: tokens from networks with a recent failure share a rate a
     * second, however many networks there are.
     */
    boolean mayTry(String network) {
        return !hasFailed(network) || suspicious.tryConsume(1);
    }

    /**
     * Runs work of a network that is over budget, a few at a time and in order, so that a flood does not occupy the store.
     *
     * @return empty when it could not run in time
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
     * True if a signature may be verified although the caller is over budget. A caller over budget only by a key id, which
     * anyone can send, does not take from the shared rate.
     */
    boolean mayVerify(String network) {
        boolean own = verifications
                .get(network, name -> second(settings.verifications()))
                .tryConsume(1);
        return own && (!isNetworkOver(network) || shared.tryConsume(1));
    }

    /** True if {@link #mayVerify} would return true now; takes nothing. */
    boolean hasVerifications(String network) {
        return !isOver(verifications, network) && (!isNetworkOver(network) || shared.getAvailableTokens() >= 1);
    }

    /** The time after which one failure is refilled, in seconds. */
    long retryAfterSeconds() {
        return Math.max(1, settings.period().toSeconds() / settings.failures());
    }

    /** The count of networks and keys in memory. */
    long size() {
        networks.cleanUp();
        keys.cleanUp();
        return networks.estimatedSize() + keys.estimatedSize();
    }
}
