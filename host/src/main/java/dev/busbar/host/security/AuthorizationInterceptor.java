package dev.busbar.host.security;

import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.plugin.ProblemException;

/** Lets a caller pass who holds the permission of the route, and nobody else. Stateless. */
public final class AuthorizationInterceptor implements Interceptor {
    @Override
    public void intercept(Invocation invocation, Next next) {
        String needed = invocation.endpoint().permission().orElse("");
        if (!needed.isEmpty() && !mayCall(invocation, needed)) {
            ProblemException refused = ProblemException.of(
                            403, "forbidden", "Forbidden", "this needs the permission " + needed)
                    .with("requiredPermission", needed);
            throw isByToken(invocation) ? refused.withHeader("WWW-Authenticate", insufficient(needed)) : refused;
        }
        next.proceed(invocation);
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
