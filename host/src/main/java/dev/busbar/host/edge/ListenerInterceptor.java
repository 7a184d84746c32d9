package dev.busbar.host.edge;

import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import java.util.List;

/**
 * Restricts {@code /admin} to its own listener, if it has one: on other listeners its paths do not exist for anybody.
 * Conversely, the admin listener serves the host's own routes, which the console and the command line need, and no
 * platforms. Stateless; thread-safe.
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
