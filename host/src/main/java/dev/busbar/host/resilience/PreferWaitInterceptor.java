package dev.busbar.host.resilience;

import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * Lets a caller say for how long it waits, with {@code Prefer: wait=<seconds>} (RFC 7240 section 4.3): the deadline of
 * the route becomes as short, never longer. What is no such preference is left alone, as preferences are. Stateless.
 */
public final class PreferWaitInterceptor implements Interceptor {
    private static final int LONGEST_SECONDS = 3_600;
    private static final int MOST_LENGTH = 1_000;

    @Override
    public void intercept(Invocation invocation, Next next) {
        List<String> preferences = invocation.exchange().headers("Prefer");
        if (!preferences.isEmpty() && !isKept(invocation)) {
            wait(preferences).ifPresent(seconds -> {
                invocation.timing().shorten(Duration.ofSeconds(seconds));
                invocation.reply().addHeader("Preference-Applied", "wait=" + seconds);
            });
        }
        next.proceed(invocation);
    }

    /** What is made in a hurry for one must not be kept for others. */
    private static boolean isKept(Invocation invocation) {
        return invocation.endpoint().contract().flatMap(RouteContract::cache).isPresent();
    }

    /** The first one counts, where there are several (RFC 7240 section 2). */
    static OptionalInt wait(List<String> fields) {
        for (String field : fields) {
            if (field.length() > MOST_LENGTH) {
                continue;
            }
            for (String preference : field.split(",", -1)) {
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
        return seconds < 1 || seconds > LONGEST_SECONDS ? OptionalInt.empty() : OptionalInt.of(seconds);
    }
}
