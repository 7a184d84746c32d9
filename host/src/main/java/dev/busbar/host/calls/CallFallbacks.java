package dev.busbar.host.calls;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.routing.RouteTable;
import dev.busbar.host.routing.Routes;
import dev.busbar.plugin.CachePolicy;
import dev.busbar.plugin.HttpMethod;
import dev.busbar.plugin.PlatformCall;
import dev.busbar.plugin.Principal;
import dev.busbar.plugin.Route;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Good answers to calls whose route allows a stale one in place of a failure (RFC 5861 section 4), for when the platform
 * itself is away and its routes with it. Told apart by caller as the response cache does, unless the route says that all
 * share an answer; whoever gets one must still hold the permission of the route. Bounded in bytes; thread-safe.
 */
final class CallFallbacks {
    private static final int MOST_BYTES = 16 << 20;
    private static final int MOST_ENTRY_BYTES = 1 << 20;
    private static final int MOST_KEY_BYTES = 16 << 10;
    private static final int OVERHEAD_BYTES = 512;
    private static final Set<Integer> REPLACED = Set.of(500, 502, 503, 504);

    private final Routes routes;
    private final LongSupplier nanos;
    private final ConcurrentMap<String, Long> versions = new ConcurrentHashMap<>();
    private final AtomicLong all = new AtomicLong();
    private final Cache<Key, Kept> kept = Caffeine.newBuilder()
            .maximumWeight(MOST_BYTES)
            .<Key, Kept>weigher((key, answer) -> OVERHEAD_BYTES
                    + key.weight()
                    + answer.answered().body().length
                    + weight(answer.answered().headers()))
            .executor(Runnable::run)
            .build();

    private record Key(
            String target,
            String path,
            String query,
            Map<String, String> headers,
            Optional<Principal> who,
            Set<String> may) {
        /** Roughly how many bytes it takes; what a caller may do is shared. */
        int weight() {
            return 2 * (path.length() + query.length()) + CallFallbacks.weight(headers);
        }
    }

    private record Kept(
            CallExchange.Answered answered,
            long generation,
            CachePolicy policy,
            Optional<String> permission,
            long atNanos) {}

    CallFallbacks(Routes routes, LongSupplier nanos) {
        this.routes = routes;
        this.nanos = nanos;
    }

    /** An older answer in place of one that failed; one that is good is kept for later where it may be. */
    Optional<CallExchange.Answered> instead(
            String target,
            PlatformCall call,
            Optional<Caller> as,
            Invocation invocation,
            CallExchange.Answered answered,
            long version) {
        if (call.method() != HttpMethod.GET) {
            return Optional.empty();
        }
        if (answered.whole() && answered.status() == 200) {
            keep(target, call, as, invocation, answered, version);
            return Optional.empty();
        }
        boolean failed = !answered.whole() || REPLACED.contains(answered.status());
        return failed ? older(target, call, as) : Optional.empty();
    }

    private void keep(
            String target,
            PlatformCall call,
            Optional<Caller> as,
            Invocation invocation,
            CallExchange.Answered answered,
            long version) {
        CachePolicy policy = invocation
                .endpoint()
                .route()
                .flatMap(Route::cachePolicy)
                .filter(allowed -> !allowed.staleIfError().isZero())
                .orElse(null);
        String control = answered.headers().getOrDefault("cache-control", "").toLowerCase(Locale.ROOT);
        // what the response cache has just taken may be kept; what came out of it is older than it looks here
        boolean fresh = answered.headers().getOrDefault("cache-status", "").endsWith("; stored");
        Key key = key(target, call, policy != null && policy.isShared() ? Optional.empty() : as);
        boolean fits = fresh
                && answered.body().length <= MOST_ENTRY_BYTES
                && key.weight() <= MOST_KEY_BYTES
                && !control.contains("must-revalidate")
                && !control.contains("proxy-revalidate");
        if (policy != null && fits) {
            kept.put(
                    key,
                    new Kept(
                            answered,
                            invocation.endpoint().generation(),
                            policy,
                            invocation.endpoint().permission(),
                            nanos.getAsLong()));
            if (version != version(target)) {
                kept.invalidate(key); // it was taken back while it was made
            }
        }
    }

    /** How often answers of a platform were taken back; asked before a call. */
    long version(String target) {
        return versions.getOrDefault(target, 0L) + all.get();
    }

    /** Forgets the answers of a platform, or of all: some of them are not true any more, or are not wanted. */
    void forget(Optional<String> platform) {
        platform.ifPresentOrElse(one -> versions.merge(one, 1L, Long::sum), all::incrementAndGet);
        kept.asMap()
                .keySet()
                .removeIf(key -> platform.isEmpty() || platform.get().equals(key.target()));
    }

    private static int weight(Map<String, String> fields) {
        return fields.entrySet().stream()
                .mapToInt(
                        field -> 2 * (field.getKey().length() + field.getValue().length()))
                .sum();
    }

    private Optional<CallExchange.Answered> older(String target, PlatformCall call, Optional<Caller> as) {
        return Optional.ofNullable(kept.getIfPresent(key(target, call, as)))
                .or(() -> Optional.ofNullable(kept.getIfPresent(key(target, call, Optional.empty())))
                        .filter(answer -> answer.policy().isShared()))
                .filter(answer -> isGood(answer) && isStillOf(target, answer) && mayHave(as, answer))
                .map(this::stale);
    }

    private boolean isGood(Kept answer) {
        long allowed =
                answer.policy().fresh().plus(answer.policy().staleIfError()).toNanos();
        return nanos.getAsLong() - answer.atNanos() <= allowed;
    }

    /** Where another generation serves meanwhile, answers of the one before are not true any more, unless they stay so. */
    private boolean isStillOf(String target, Kept answer) {
        boolean replaced = routes.table().mount(target).orElse(null) instanceof RouteTable.Mount.Served served
                && served.routes().generation().number() != answer.generation();
        return !replaced || answer.policy().isSurvivingSwap();
    }

    private static boolean mayHave(Optional<Caller> as, Kept answer) {
        return answer.permission()
                .map(needed ->
                        as.filter(caller -> caller.permits().test(needed)).isPresent())
                .orElse(true);
    }

    private CallExchange.Answered stale(Kept answer) {
        Map<String, String> headers = new LinkedHashMap<>(answer.answered().headers());
        headers.put("cache-status", "busbar; fwd=stale");
        headers.put("age", Long.toString((nanos.getAsLong() - answer.atNanos()) / 1_000_000_000));
        return new CallExchange.Answered(
                answer.answered().status(), headers, answer.answered().body(), true);
    }

    private static Key key(String target, PlatformCall call, Optional<Caller> as) {
        return new Key(
                target,
                call.path(),
                call.query(),
                call.headers(),
                as.map(Caller::principal),
                as.map(Caller::permissions).orElse(Set.of()));
    }
}
