package dev.busbar.host.pipeline;

import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Route;
import java.util.List;
import java.util.Locale;

/**
 * Refuses a body that the route does not take: 415 by its media type, 413 by its declared length. A body without a
 * declared length is counted while it streams in, by {@link RequestBody}. Stateless.
 */
public final class BodyInterceptor implements Interceptor {
    @Override
    public void intercept(Invocation invocation, Next next) {
        Route route = invocation.endpoint().route().orElse(null);
        if (route != null) {
            checkType(invocation, route);
            if (invocation.exchange().contentLength() > route.maxBodyBytes()) {
                throw Problems.payloadTooLarge(route.maxBodyBytes());
            }
        }
        next.proceed(invocation);
    }

    private static void checkType(Invocation invocation, Route route) {
        if (route.consumes().isEmpty()) {
            return;
        }
        List<String> sent = invocation.exchange().headers("Content-Type");
        String type = sent.size() == 1 ? sent.get(0) : "";
        int parameters = type.indexOf(';');
        String plain =
                (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
        if (!route.consumes().contains(plain)) {
            throw ProblemException.of(
                            415,
                            "unsupported-media-type",
                            "Unsupported media type",
                            "Content-Type \"" + plain + "\" (expected: one of " + route.consumes() + ")")
                    .withHeader("Accept", String.join(", ", route.consumes()));
        }
    }
}
