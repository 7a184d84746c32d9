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

/** Lends platforms the means to call each other. Thread-safe. */
public final class PlatformCalls {
    private final Routes routes;
    private final Interceptor.Next chain;
    private final CallMeters meters;
    private final AuditTrail audit;
    private final Supplier<String> names;

    /**
     * Calls over the routes of a host.
     *
     * @param routes finds a route at each call and leads on to its chain
     * @param audit counts every call
     * @param names makes a name for a call that belongs to no request
     */
    public PlatformCalls(Routes routes, Meters meters, AuditTrail audit, Supplier<String> names) {
        this.routes = routes;
        this.chain = Interceptor.chain(
                List.of(new CanonicalPathInterceptor(), routes),
                invocation -> invocation.endpoint().proceed(invocation));
        this.meters = new CallMeters(meters);
        this.audit = audit;
        this.names = names;
    }

    /**
     * What one generation calls others with.
     *
     * @param platform its platform's id
     * @param json its binding
     * @param self the platform as the one who calls, asked at each call
     */
    public Platforms lend(String platform, JsonCodec json, Supplier<Caller> self) {
        return new LentCalls(platform, json, self, this);
    }

    /** Whether a platform of that name is served, or away for the moment. */
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

    String newName() {
        return names.get();
    }
}
