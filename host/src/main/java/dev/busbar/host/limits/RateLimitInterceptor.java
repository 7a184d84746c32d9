package dev.busbar.host.limits;

import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.plugin.Route;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses who asks for more than the limits leave, and says on every answer what is left (RFC 6585 section 4,
 * draft-ietf-httpapi-ratelimit-headers). What it knows is in this process's memory alone, so that no store can keep it
 * from anything. Called on a server thread for each request; never waits.
 */
public final class RateLimitInterceptor implements Interceptor {
    private static final Logger LOG = LoggerFactory.getLogger(RateLimitInterceptor.class);
    private static final int MOST_NAMED = 1_000;

    private final Map<String, LimitPlan> plans = new HashMap<>();
    private final LimitPlan usual;
    private final Set<String> unknown = ConcurrentHashMap.newKeySet();

    /** Full limits. */
    public RateLimitInterceptor(LimitSettings settings, Meters meters) {
        this(settings, meters, System::nanoTime);
    }

    RateLimitInterceptor(LimitSettings settings, Meters meters, LongSupplier nanos) {
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
        usual = new LimitPlan(
                settings.policiesOf(LimitSettings.USUAL).stream()
                        .map(limits::get)
                        .toList(),
                platforms);
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        Endpoint endpoint = invocation.endpoint();
        Route route = endpoint.route().orElse(null);
        if (route != null && !isProbe(endpoint.platform(), route.path())) {
            LimitPlan.Limits limits = plan(invocation).of(endpoint.platform());
            if (!limits.isEmpty()) {
                new LimitCharge(limits, invocation, route.cost()).take();
            }
        }
        next.proceed(invocation);
    }

    /** What asks whether the host is well gets an answer, whatever is asked of the host otherwise. */
    private static boolean isProbe(String platform, String path) {
        return platform.equals(LimitPlan.HOST) && (path.startsWith("/health") || path.equals("/metrics"));
    }

    private LimitPlan plan(Invocation invocation) {
        Caller caller = invocation.caller().orElse(null);
        String name = caller == null ? "" : caller.account().plan();
        if (name.isEmpty()) {
            return usual;
        }
        LimitPlan plan = plans.get(name);
        if (plan != null) {
            return plan;
        }
        if (unknown.size() < MOST_NAMED && unknown.add(name)) {
            LOG.warn("keys with the rate plan {} are limited like others: the configuration does not have it", name);
        }
        return usual;
    }
}
