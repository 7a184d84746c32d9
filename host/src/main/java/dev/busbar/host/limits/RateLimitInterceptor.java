package dev.busbar.host.limits;

import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.pipeline.RouteConcern;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rate limiting: rejects requests over a limit with 429 (RFC 6585 section 4), and announces on every response how much is
 * left (draft-ietf-httpapi-ratelimit-headers). Its state is in memory alone, so it does not depend on the store. Called on
 * an event-loop thread for each request; never blocks.
 */
public final class RateLimitInterceptor implements Interceptor, RouteConcern {
    private static final Logger LOG = LoggerFactory.getLogger(RateLimitInterceptor.class);
    private static final int MAX_NAMED = 1_000;

    private final Map<String, LimitPlan> plans = new HashMap<>();
    private final LimitPlan defaultPlan;
    private final Set<String> unknown = ConcurrentHashMap.newKeySet();

    /**
     * Limits with full buckets.
     *
     * @param nanos the monotonic time in nanoseconds
     */
    public RateLimitInterceptor(LimitSettings settings, Meters meters, LongSupplier nanos) {
        Map<String, Limit> limits = new LinkedHashMap<>();
        Set<String> platforms = new HashSet<>();
        settings.policies().forEach((name, policy) -> {
            limits.put(name, new Limit(name, policy, settings.subjects(), nanos, meters));
            platforms.addAll(policy.platforms());
        });
        for (String plan : settings.planNames()) {
            List<Limit> its =
                    settings.policiesOf(plan).stream().map(limits::get).toList();
            plans.put(plan, new LimitPlan(its, platforms));
        }
        defaultPlan = new LimitPlan(
                settings.policiesOf(LimitSettings.DEFAULT_PLAN).stream()
                        .map(limits::get)
                        .toList(),
                platforms);
    }

    /** Every route but health checks and metrics. */
    @Override
    public Optional<Interceptor> on(RouteContract route) {
        return isProbe(route) ? Optional.empty() : Optional.of(this);
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        RouteContract route = Endpoint.routed(invocation).route();
        LimitPlan.Limits limits = plan(invocation).of(route.id().platform());
        if (!limits.isEmpty()) {
            new LimitCharge(limits, invocation, route.limits().cost()).take();
        }
        next.proceed(invocation);
    }

    /** Health checks and metrics are never limited. */
    private static boolean isProbe(RouteContract route) {
        String path = route.template();
        return route.isOfHost() && (path.startsWith("/health") || path.equals("/metrics"));
    }

    private LimitPlan plan(Invocation invocation) {
        Caller caller = invocation.caller().orElse(null);
        String name = caller == null ? "" : caller.account().plan();
        if (name.isEmpty()) {
            return defaultPlan;
        }
        LimitPlan plan = plans.get(name);
        if (plan != null) {
            return plan;
        }
        if (unknown.size() < MAX_NAMED && unknown.add(name)) {
            LOG.warn("rate plan {}: not configured; keys with it have the default plan", name);
        }
        return defaultPlan;
    }
}
