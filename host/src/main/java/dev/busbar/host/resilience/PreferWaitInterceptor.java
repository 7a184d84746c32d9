package dev.busbar.host.resilience;

import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * Shortens the deadline of a route to {@code Prefer: wait=<seconds>} of the client (RFC 7240 section 4.3), and never
 * lengthens it. Other and malformed preferences are ignored. Called on event-loop threads; stateless.
 */
public final class PreferWaitInterceptor implements Interceptor {
    private static final int MAX_SECONDS = 3_600;
    private static final int MAX_LENGTH = 1_000;

    @Override
    public void intercept(Invocation invocation, Next next) {
        List<String> preferences = invocation.exchange().headers("Prefer");
        if (!preferences.isEmpty() && !isCached(invocation)) {
            wait(preferences).ifPresent(seconds -> {
                invocation.timing().shorten(Duration.ofSeconds(seconds));
                invocation.reply().addHeader("Preference-Applied", "wait=" + seconds);
            });
        }
        next.proceed(invocation);
    }

    /** A response that was generated in a hurry must not be cached for others. */
    private static boolean isCached(Invocation invocation) {
        return invocation.endpoint().contract().flatMap(RouteContract::cache).isPresent();
    }

    /** The seconds of the first {@code wait} (RFC 7240 section 2). */
    public static OptionalInt wait(List<String> headers) {
        for (String header : headers) {
            if (header.length() > MAX_LENGTH) {
                continue;
            }
            for (String preference : header.split(",", -1)) {
                int end = preference.indexOf(';');
                String plain = (end < 0 ? preference : preference.substring(0, end)).strip();
                int equals = plain.indexOf('=');
                String name = (equals < 0 ? plain : plain.substring(0, equals)).strip();
                if (name.toLowerCase(Locale.ROOT).equals("wait")) {
                    return equals < 0
                            ? OptionalInt.empty()
                            : seconds(plain.substring(equals + 1).strip());
                }
            }
        }
        return OptionalInt.empty();
    }

    private static OptionalInt seconds(String text) {
        boolean number =
                !text.isEmpty() && text.length() <= 4 && text.chars().allMatch(digit -> digit >= '0' && digit <= '9');
        int seconds = number ? Integer.parseInt(text) : 0;
        return seconds < 1 || seconds > MAX_SECONDS ? OptionalInt.empty() : OptionalInt.of(seconds);
    }
}
