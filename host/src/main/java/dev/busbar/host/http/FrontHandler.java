package dev.busbar.host.http;

import dev.busbar.host.pipeline.CorrelationInterceptor;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.plugin.internal.Problems;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Takes every request that is not one for a page into the pipeline, in front of Javalin's servlet. Called by server
 * threads; {@link #drain} by the one that stops the host.
 */
final class FrontHandler extends Handler.Wrapper {
    private final Interceptor.Next chain;
    private final CorrelationInterceptor correlation;
    private final List<String> pages;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile boolean draining;

    FrontHandler(Interceptor.Next chain, CorrelationInterceptor correlation, List<String> pages) {
        this.chain = chain;
        this.correlation = correlation;
        this.pages = pages;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (pages.contains(request.getHttpURI().getPath())) {
            String id = correlation.name(request.getHeaders().getValuesList(CorrelationInterceptor.HEADER));
            response.getHeaders().put(CorrelationInterceptor.HEADER, id);
            return super.handle(request, response, callback);
        }
        inFlight.incrementAndGet();
        // What counts is that the client has its answer; a handler that does not come back must not hold up a stop.
        JettyExchange exchange = new JettyExchange(request, response, callback, () -> draining, this::completed);
        Invocation invocation = new Invocation(exchange, System.nanoTime());
        try {
            if (draining) {
                correlation.intercept(invocation, FrontHandler::refuse);
            } else {
                chain.proceed(invocation);
            }
        } catch (RuntimeException | Error failure) {
            // The border to the server: a request must be answered, whatever went wrong on the way.
            invocation.fail(failure);
        }
        return true;
    }

    private static void refuse(Invocation invocation) {
        throw Problems.shuttingDown();
    }

    private void completed() {
        if (inFlight.decrementAndGet() == 0 && draining) {
            signalIdle();
        }
    }

    private void signalIdle() {
        lock.lock();
        try {
            idle.signalAll();
        } finally {
            lock.unlock();
        }
    }

    int drain(Duration limit) throws InterruptedException {
        draining = true;
        long left = limit.toNanos();
        lock.lock();
        try {
            while (inFlight.get() > 0 && left > 0) {
                left = idle.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
        return inFlight.get();
    }
}
