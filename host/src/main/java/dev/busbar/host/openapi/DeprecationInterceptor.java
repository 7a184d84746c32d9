package dev.busbar.host.openapi;

import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.Answer;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.RouteConcern;
import dev.busbar.plugin.Deprecation;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/**
 * The headers of deprecated routes, on each response, problems included: {@code Deprecation} (RFC 9745), {@code Sunset}
 * (RFC 8594), and a {@code Link} to the documentation. Stateless; its interceptors run on event-loop threads and never
 * block.
 */
public final class DeprecationInterceptor implements RouteConcern {
    private static final String LINK = "link";
    /** RFC 9110 section 5.6.7; the format of the JDK has days of one digit. */
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);

    /** Deprecated routes. */
    @Override
    public Optional<Interceptor> on(RouteContract route) {
        return route.description().deprecation().map(deprecation -> {
            Headers headers = Headers.of(deprecation);
            return (invocation, next) -> {
                invocation.reply().onAnswer(headers::addTo);
                next.proceed(invocation);
            };
        });
    }

    /** The headers of one route, formatted once. */
    private record Headers(String deprecation, Optional<String> sunset, Optional<String> link) {
        static Headers of(Deprecation deprecation) {
            long since = deprecation.since().atStartOfDay(ZoneOffset.UTC).toEpochSecond();
            return new Headers(
                    "@" + since,
                    deprecation.sunset().map(DeprecationInterceptor::date),
                    deprecation
                            .link()
                            .map(target ->
                                    "<" + target.toASCIIString() + ">; rel=\"deprecation\"; type=\"text/html\""));
        }

        void addTo(Answer answer) {
            answer.field("deprecation", deprecation);
            sunset.ifPresent(day -> answer.field("sunset", day));
            link.ifPresent(own -> {
                String others = answer.field(LINK);
                answer.field(LINK, others == null ? own : others + ", " + own);
            });
        }
    }

    private static String date(LocalDate day) {
        return DATE.format(day.atStartOfDay());
    }
}
