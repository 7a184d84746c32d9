package dev.busbar.host.observe;

import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import java.time.Clock;

/**
 * Observes every request from its arrival to the end of its response, for the metrics, the access log and the header
 * {@code Server-Timing}. Thread-safe.
 */
final class ObservationInterceptor implements Interceptor {
    private final RequestSeries series;
    private final AccessLog log;
    private final Clock clock;
    private final boolean serverTiming;

    /** @param serverTiming whether responses to authenticated clients have the header {@code Server-Timing} */
    ObservationInterceptor(RequestSeries series, AccessLog log, Clock clock, boolean serverTiming) {
        this.series = series;
        this.log = log;
        this.clock = clock;
        this.serverTiming = serverTiming;
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        series.arrived();
        ObservedRequest request = new ObservedRequest(invocation, series, log, clock);
        invocation.reply().onSent(request::sent);
        invocation.completion().onComplete(request::complete);
        if (serverTiming) {
            invocation.reply().onAnswer(answer -> ServerTiming.add(invocation, answer));
        }
        next.proceed(invocation);
    }
}
