package dev.busbar.host.authorization;

import dev.busbar.core.ProblemType;
import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.pipeline.RouteConcern;
import dev.busbar.plugin.ProblemException;
import java.util.Map;
import java.util.Optional;

/**
 * Check of the permission of a route: a caller without it gets a 403, which is audited. Called on event loops and workers,
 * by many at once; does not block.
 */
public final class AuthorizationInterceptor implements Interceptor, RouteConcern {
    /** The schemes of authentication (RFC 9110 section 11.6.1). */
    public static final String CHALLENGE = "Bearer realm=\"busbar\", ApiKey realm=\"busbar\"";

    private final AuditTrail audit;
    private final Meters meters;

    /** An interceptor that counts denials in the audit trail and in metrics. */
    public AuthorizationInterceptor(AuditTrail audit, Meters meters) {
        this.audit = audit;
        this.meters = meters;
    }

    /** Routes with a permission. */
    @Override
    public Optional<Interceptor> on(RouteContract route) {
        return route.permission().isPresent() ? Optional.of(this) : Optional.empty();
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        String needed = invocation.endpoint().permission().orElse("");
        if (!needed.isEmpty() && !mayCall(invocation, needed)) {
            if (hasBecomePrivate(invocation)) {
                invocation.reply().markPersonal();
                throw noCredential();
            }
            audit.count(denied(invocation, needed));
            count(invocation.endpoint().platform(), needed);
            ProblemException refused = ProblemType.FORBIDDEN
                    .problem("this needs the permission " + needed)
                    .with("requiredPermission", needed);
            throw isByToken(invocation) ? refused.withHeader("WWW-Authenticate", insufficient(needed)) : refused;
        }
        next.proceed(invocation);
    }

    /** 401 for a request without a credential where one is needed. */
    public static ProblemException noCredential() {
        return ProblemType.UNAUTHENTICATED
                .problem("this needs a credential: send an API key as X-API-Key or Authorization: ApiKey, or a"
                        + " token as Authorization: Bearer")
                .withHeader("WWW-Authenticate", CHALLENGE);
    }

    /** True for a client without a credential: the route was public when authentication passed it, before a swap. */
    private static boolean hasBecomePrivate(Invocation invocation) {
        boolean fromOutside = invocation.trail().isEmpty();
        return fromOutside && invocation.caller().isEmpty();
    }

    private void count(String platform, String needed) {
        meters.count(
                        "busbar.authorization.denied",
                        "Requests of callers without the permission",
                        "platform",
                        platform,
                        "permission",
                        needed)
                .increment();
    }

    private static AuditEvent denied(Invocation invocation, String needed) {
        String address = invocation.clientAddress();
        String correlationId = invocation.correlationId();
        Actor actor = invocation
                .caller()
                .map(caller -> Actor.of(caller.principal(), caller.keyId(), address, correlationId))
                .orElseGet(() -> Actor.unknown(address, correlationId));
        return new AuditEvent("auth.deny", actor, "permission:" + needed, AuditEvent.Outcome.REFUSED, Map.of());
    }

    private static boolean isByToken(Invocation invocation) {
        return invocation.exchange().headers("Authorization").stream()
                .anyMatch(value -> value.regionMatches(true, 0, "bearer ", 0, 7));
    }

    /** RFC 6750 section 3.1. */
    private static String insufficient(String needed) {
        return "Bearer realm=\"busbar\", error=\"insufficient_scope\", scope=\"" + needed + "\"";
    }

    private static boolean mayCall(Invocation invocation, String needed) {
        return invocation
                .caller()
                .map(Caller::permits)
                .filter(permits -> permits.test(needed))
                .isPresent();
    }
}
