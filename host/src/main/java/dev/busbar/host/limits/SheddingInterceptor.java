package dev.busbar.host.limits;

import dev.busbar.core.ProblemType;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.pipeline.Reply;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Refuses requests to platforms while too many are under way in the whole host; the host's own routes, health and
 * administration among them, are served on. Called on server threads, by many at once.
 */
public final class SheddingInterceptor implements Interceptor {
    private final int most;
    private final AtomicInteger underWay = new AtomicInteger();
    private final Reply.SentListener leaving = sent -> underWay.decrementAndGet();
    private final Meters.Count shed;

    /**
     * Lets so many in.
     *
     * @param most requests to platforms that may be under way at a time, waiting ones included
     */
    public SheddingInterceptor(int most, Meters meters) {
        this.most = most;
        this.shed = meters.count("busbar.shed", "Requests refused because too many were under way in the whole host");
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        if (invocation.endpoint().generation() == 0) {
            next.proceed(invocation);
            return;
        }
        int now = underWay.incrementAndGet();
        invocation.reply().onSent(leaving);
        if (now > most) {
            shed.increment();
            throw ProblemType.HOST_OVERLOADED
                    .problem("too many requests are under way in this host")
                    .withHeader("Retry-After", "1");
        }
        next.proceed(invocation);
    }

    /** How many requests to platforms are under way. */
    int underWay() {
        return underWay.get();
    }
}
