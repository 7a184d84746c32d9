package dev.busbar.host.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.busbar.host.buckets.Buckets;
import dev.busbar.host.limits.LimitSettings.Kind;
import dev.busbar.host.limits.LimitSettings.Policy;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BandwidthBuilder.BandwidthBuilderBuildStage;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.EstimationProbe;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Token buckets of a rate or a quota, one for each subject. Time is that of {@link System#nanoTime()}, so setting the
 * system clock neither locks a client out nor refills a bucket. A bucket is dropped when it has been idle until it must be full
 * again; above the maximum the least frequently used buckets are evicted, and their missing tokens are recorded as a debt. Thread-safe.
 */
final class LimitBuckets implements LimitCounter {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final long capacity;
    private final long limit;
    private final long windowNanos;
    private final boolean evenly;
    private final Bandwidth full;
    private final Buckets source;
    private final Cache<String, Bucket> buckets;
    private final LimitDebts debts;

    /**
     * Full buckets.
     *
     * @param max how many are held
     * @param nanos the time, in nanoseconds from any start
     */
    LimitBuckets(Policy policy, int max, LongSupplier nanos) {
        this.capacity = policy.capacity();
        this.limit = policy.limit();
        this.windowNanos = policy.time().toNanos();
        this.evenly = policy.kind() == Kind.RATE;
        this.full = bandwidth(capacity);
        this.source = new Buckets(nanos);
        this.debts = new LimitDebts(nanos, this::stillMissing);
        this.buckets = Caffeine.newBuilder()
                .maximumSize(max)
                .expireAfterAccess(untilFull())
                .ticker(nanos::getAsLong)
                .executor(Runnable::run)
                .evictionListener(this::evicted)
                .build();
    }

    /** The time until an empty bucket is full again, in nanoseconds. */
    private Duration untilFull() {
        double windows = evenly ? Math.max(1, (double) capacity / limit) : 1;
        return Duration.ofNanos((long) Math.min(windows * windowNanos, Long.MAX_VALUE / 4d));
    }

    private Bandwidth bandwidth(long initial) {
        Duration window = Duration.ofNanos(windowNanos);
        BandwidthBuilderBuildStage stage = evenly
                ? Bandwidth.builder().capacity(capacity).refillGreedy(limit, window)
                : Bandwidth.builder().capacity(capacity).refillIntervally(limit, window);
        return stage.initialTokens(initial).build();
    }

    private Bucket bucket(String subject) {
        long missing = debts.of(subject);
        Bandwidth bandwidth = missing == 0 ? full : bandwidth(Math.max(0, capacity - missing));
        return source.of(bandwidth);
    }

    private void evicted(@Nullable String subject, @Nullable Bucket bucket, RemovalCause cause) {
        if (cause == RemovalCause.SIZE && subject != null && bucket != null) {
            debts.note(subject, capacity - bucket.getAvailableTokens());
        }
    }

    /** The tokens that a bucket still misses some time after it was dropped. */
    private long stillMissing(long missing, long elapsedNanos) {
        if (!evenly) {
            return elapsedNanos >= windowNanos ? 0 : missing;
        }
        return (long) Math.max(0, Math.ceil(missing - (double) elapsedNanos * limit / windowNanos));
    }

    @Override
    public Verdict take(String subject, long cost) {
        Bucket bucket = buckets.get(subject, this::bucket);
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(Math.min(cost, capacity));
        long remaining = probe.getRemainingTokens();
        long wait = probe.isConsumed()
                ? untilMore(remaining, probe.getNanosToWaitForReset())
                : probe.getNanosToWaitForRefill();
        return new Verdict(probe.isConsumed(), remaining, seconds(wait));
    }

    /** The time until one more token is there, by the time until all are: a rate refills evenly, a quota all at once. */
    private long untilMore(long remaining, long untilAllNanos) {
        return evenly
                ? untilAllNanos - (long) ((capacity - remaining - 1) * ((double) windowNanos / limit))
                : untilAllNanos;
    }

    private static long seconds(long nanos) {
        return Math.max(1, nanos / SECOND + (nanos % SECOND > 0 ? 1 : 0));
    }

    @Override
    public Verdict look(String subject, long cost) {
        Bucket bucket = buckets.get(subject, this::bucket);
        EstimationProbe probe = bucket.estimateAbilityToConsume(Math.min(cost, capacity));
        return new Verdict(probe.canBeConsumed(), probe.getRemainingTokens(), seconds(probe.getNanosToWaitForRefill()));
    }

    @Override
    public long refund(String subject, long cost) {
        long taken = Math.min(cost, capacity);
        buckets.get(subject, this::bucket).addTokens(taken);
        return taken;
    }

    /** The number of buckets that are held. */
    long size() {
        buckets.cleanUp();
        return buckets.estimatedSize();
    }
}
