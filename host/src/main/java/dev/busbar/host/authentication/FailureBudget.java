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
 * Budget of failed authentications, by network and by key. A caller over budget is not locked out: a credential that is
 * cached as good still passes, and a few signatures of unknown tokens are still verified a second, some for each network,
 * so that a network that floods takes them from no other. Bounded memory, whatever is sent. Called on event loops and
 * workers, by many at once.
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

    /** Whether a failure of a network has not been refilled yet. */
    private boolean hasFailed(String network) {
        Bucket bucket = networks.getIfPresent(network);
        return bucket != null && bucket.getAvailableTokens() < settings.failures();
    }

    /**
     * Whether the signature of an unknown token may be verified: of those whose network has failed of late only so many
     * a second, from however many networks they come.
     */
    boolean mayTry(String network) {
        return !hasFailed(network) || suspicious.tryConsume(1);
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
                .tryConsume(1);
        return own && (!isNetworkOver(network) || shared.tryConsume(1));
    }

    /** Whether {@link #mayVerify} had anything to give just now; takes nothing. */
    boolean hasVerifications(String network) {
        return !isOver(verifications, network) && (!isNetworkOver(network) || shared.getAvailableTokens() >= 1);
    }

    /** When it is worth trying again, in seconds. */
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
