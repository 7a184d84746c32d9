package dev.busbar.host.edge;

import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import java.util.List;

/**
 * Keeps {@code /admin} to its own listener, where it has one: elsewhere nothing is found there, by nobody. In turn that
 * listener serves what the host itself has to say, which its console and command line need, and no platform. Stateless;
 * thread-safe.
 */
final class ListenerInterceptor implements Interceptor {
    private final boolean separate;

    ListenerInterceptor(boolean separate) {
        this.separate = separate;
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        if (separate) {
            List<String> segments = invocation.path().segments();
            String first = segments.isEmpty() ? "" : segments.get(0);
            if (first.equals(invocation.exchange().isAtAdminListener() ? "api" : "admin")) {
                invocation.hidePath();
            }
        }
        next.proceed(invocation);
    }
}
