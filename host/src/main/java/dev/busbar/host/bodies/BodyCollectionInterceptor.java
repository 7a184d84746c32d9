package dev.busbar.host.bodies;

import dev.busbar.core.Problems;
import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Exchange;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.RouteConcern;
import dev.busbar.plugin.HttpMethod;
import java.util.Optional;

/**
 * Collects the body of a request before a thread of its handler is taken, so that clients that send slowly hold no
 * thread. A body that is large, or longer than announced at all, is an upload: its first part is collected, then the
 * handler reads the rest as it arrives, and the number of uploads leaves threads to other requests. Called on event-loop
 * threads, by many at once.
 */
public final class BodyCollectionInterceptor implements Interceptor, RouteConcern {
    /** The max size of a body of declared length that is collected as a whole. */
    static final int MAX_COLLECTED = 1 << 20;

    /** The size of the first part of any other body. */
    static final int FIRST_PART = 64 * 1024;

    private static final int HOST_THREADS = 8;
    private static final int MIN_BUSY = 2;

    private final Bodies bodies;
    private final Uploads ofPlatforms;
    private final Uploads ofHost;

    /**
     * An interceptor.
     *
     * @param threads the number of threads of a platform: uploads take at most half of them, those of one caller an
     *     eighth
     * @param processors the number of processors, which is the number of uploads of one caller that may be busy at once
     */
    public BodyCollectionInterceptor(Bodies bodies, int threads, int processors) {
        this.bodies = bodies;
        int busy = Math.max(MIN_BUSY, processors);
        ofPlatforms = bodies.uploads(new Uploads.Limits(threads / 2, threads / 8, busy));
        ofHost = bodies.uploads(new Uploads.Limits(HOST_THREADS / 2, HOST_THREADS / 4, busy));
    }

    /** Routes that may have a body. */
    @Override
    public Optional<Interceptor> on(RouteContract route) {
        return route.method() == HttpMethod.GET ? Optional.empty() : Optional.of(this);
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        Exchange exchange = invocation.exchange();
        if (!exchange.mayHaveBody() || invocation.isCollected()) {
            next.proceed(invocation);
            return;
        }
        RouteContract route = Endpoint.routed(invocation).route();
        long length = exchange.contentLength();
        boolean whole = length >= 0 && length <= MAX_COLLECTED;
        long limit = route.limits().maxBodyBytes();
        int max = (int) Math.min(limit, whole ? length : FIRST_PART);
        bodies.collect(invocation, max, new Bodies.Receiver() {
            @Override
            public void complete(Invocation passing, byte[] body) {
                next.proceed(passing);
            }

            @Override
            public void larger(Invocation passing) {
                if (max == limit) {
                    throw Problems.payloadTooLarge(limit);
                }
                passing.completion().onComplete(Endpoint.routed(passing).awaitsBody());
                Uploads uploads = route.isOfHost() ? ofHost : ofPlatforms;
                uploads.begin(passing, route.id().platform(), next);
            }
        });
    }
}
