package dev.busbar.host.limits;

import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.limits.LimitSettings.By;
import dev.busbar.host.limits.LimitSettings.Kind;
import dev.busbar.host.limits.LimitSettings.Policy;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.pipeline.RouteConcern;
import dev.busbar.plugin.HttpMethod;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The rate limit of each network for what costs the host much and needs no permission: pages and tokens. Called on event-loop threads, by many at once; never blocks.
 */
public final class NetworkRateInterceptor implements Interceptor, RouteConcern {
    private static final int BURST_SECONDS = 4;

    private final LimitPlan.Limits limits;

    /**
     * A limit with full buckets.
     *
     * @param perSecond the number of requests of a network in a second
     * @param networks the max number of networks that are tracked
     * @param nanos the monotonic time in nanoseconds
     */
    public NetworkRateInterceptor(int perSecond, int networks, Meters meters, LongSupplier nanos) {
        Policy policy = new Policy(
                Kind.RATE,
                perSecond,
                Optional.of(Duration.ofSeconds(1)),
                Optional.of((long) BURST_SECONDS * perSecond),
                By.ADDRESS,
                List.of(),
                true);
        limits = LimitPlan.Limits.of(List.of(new Limit("network", policy, networks, nanos, meters)));
    }

    /** The host's own routes below {@code /auth} but those that only read. */
    @Override
    public Optional<Interceptor> on(RouteContract route) {
        boolean costly = route.isOfHost()
                && route.method() != HttpMethod.GET
                && route.template().startsWith("/auth/");
        return costly ? Optional.of(this) : Optional.empty();
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        new LimitCharge(limits, invocation, 1).take();
        next.proceed(invocation);
    }
}
