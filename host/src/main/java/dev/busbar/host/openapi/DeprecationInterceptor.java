package dev.busbar.host.openapi;

import dev.busbar.host.pipeline.Answer;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.plugin.Deprecation;
import dev.busbar.plugin.Route;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Says in each answer of a deprecated route, problems included, that it is: {@code Deprecation} (RFC 9745), {@code
 * Sunset} (RFC 8594), and a {@code Link} to what there is to read. Stateless; runs on server threads, never waits.
 */
public final class DeprecationInterceptor implements Interceptor {
    private static final String LINK = "link";
    /** RFC 9110 section 5.6.7; the one of the JDK has days of one digit. */
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);

    @Override
    public void intercept(Invocation invocation, Next next) {
        invocation.endpoint().route().flatMap(Route::deprecation).ifPresent(deprecation -> invocation
                .reply()
                .onAnswer(answer -> mark(answer, deprecation)));
        next.proceed(invocation);
    }

    private static void mark(Answer answer, Deprecation deprecation) {
        long since = deprecation.since().atStartOfDay(ZoneOffset.UTC).toEpochSecond();
        answer.field("deprecation", "@" + since);
        deprecation.sunset().ifPresent(day -> answer.field("sunset", date(day)));
        deprecation.link().ifPresent(target -> {
            String link = "<" + target.toASCIIString() + ">; rel=\"deprecation\"; type=\"text/html\"";
            String own = answer.field(LINK);
            answer.field(LINK, own == null ? link : own + ", " + link);
        });
    }

    private static String date(LocalDate day) {
        return DATE.format(day.atStartOfDay());
    }
}
