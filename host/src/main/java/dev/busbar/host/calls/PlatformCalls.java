package dev.busbar.host.calls;

import dev.busbar.core.JsonCodec;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.CanonicalPathInterceptor;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.routing.Routes;
import dev.busbar.plugin.Platforms;
import java.util.List;
import java.util.function.Supplier;

/** Calls between platforms. Thread-safe. */
public final class PlatformCalls {
    private final Routes routes;
    private final Interceptor.Next chain;
    private final CallMeters meters;
    private final AuditTrail audit;
    private final Supplier<String> correlationIds;

    /**
     * Calls over the routes of a host.
     *
     * @param routes the route table, in which each call looks up its route
     * @param audit counts every call
     * @param correlationIds generates a correlation id for a call without a request
     */
    public PlatformCalls(Routes routes, Meters meters, AuditTrail audit, Supplier<String> correlationIds) {
        this.routes = routes;
        this.chain = Interceptor.chain(
                List.of(new CanonicalPathInterceptor(), routes),
                invocation -> invocation.endpoint().proceed(invocation));
        this.meters = new CallMeters(meters);
        this.audit = audit;
        this.correlationIds = correlationIds;
    }

    /**
     * The platform calls of one generation.
     *
     * @param platform the id of its platform
     * @param json its JSON binding
     * @param self the platform as the caller, read at each call
     */
    public Platforms lend(String platform, JsonCodec json, Supplier<Caller> self) {
        return new LentCalls(platform, json, self, this);
    }

    /** Returns whether a platform of this id is known, even if it is unavailable. */
    boolean isKnown(String platform) {
        return routes.table().mount(platform).isPresent();
    }

    Interceptor.Next chain() {
        return chain;
    }

    CallMeters meters() {
        return meters;
    }

    AuditTrail audit() {
        return audit;
    }

    String newCorrelationId() {
        return correlationIds.get();
    }
}
