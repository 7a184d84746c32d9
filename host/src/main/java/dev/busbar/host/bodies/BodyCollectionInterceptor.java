package dev.busbar.host.bodies;

import dev.busbar.core.ProblemType;
import dev.busbar.core.Problems;
import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Exchange;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.RouteConcern;
import dev.busbar.host.threads.KeyedPermits;
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

    private final Bodies bodies;
    private final KeyedPermits ofPlatforms;
    private final KeyedPermits ofHost;
    private final KeyedPermits ofCallers;
    private final KeyedPermits ofHostCallers;

    /**
     * An interceptor.
     *
     * @param threads the number of threads of a platform: uploads take at most half of them, those of one caller an
     *     eighth
     */
    public BodyCollectionInterceptor(Bodies bodies, int threads) {
        this.bodies = bodies;
        ofPlatforms = new KeyedPermits(Integer.MAX_VALUE, Math.max(1, threads / 2));
        ofHost = new KeyedPermits(Integer.MAX_VALUE, HOST_THREADS / 2);
        ofHostCallers = new KeyedPermits(Integer.MAX_VALUE, HOST_THREADS / 4);
        ofCallers = new KeyedPermits(Integer.MAX_VALUE, Math.max(1, threads / 8));
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
                upload(passing, route);
                next.proceed(passing);
            }
        });
    }

    /** Takes the permits of an upload, until its request is complete. */
    private void upload(Invocation invocation, RouteContract route) {
        String platform = route.id().platform();
        String caller = platform + ' ' + Bodies.caller(invocation);
        KeyedPermits permits = route.isOfHost() ? ofHost : ofPlatforms;
        KeyedPermits own = route.isOfHost() ? ofHostCallers : ofCallers;
        if (!own.tryAcquire(caller)) {
            throw tooMany("the caller");
        }
        if (!permits.tryAcquire(platform)) {
            own.release(caller);
            throw tooMany("the platform");
        }
        invocation.completion().onComplete(() -> {
            permits.release(platform);
            own.release(caller);
        });
        invocation.completion().onComplete(Endpoint.routed(invocation).awaitsBody());
    }

    private static RuntimeException tooMany(String whose) {
        return ProblemType.PLATFORM_OVERLOADED
                .problem("too many uploads of " + whose + " are in progress")
                .withHeader("Retry-After", "1");
    }
}
