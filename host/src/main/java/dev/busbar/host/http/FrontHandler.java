package dev.busbar.host.http;

import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Sent;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Takes every request that is not one for a page into the pipeline, in front of Javalin's servlet; one for a page passes
 * the edge only. Called by the threads that read from connections; {@link #drain} by the one that stops the host.
 */
final class FrontHandler extends Handler.Wrapper {
    private final Chains chains;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final ThreadLocal<Row> rows = ThreadLocal.withInitial(Row::new);
    private volatile boolean draining;

    /** How many requests in a row a thread has read from one connection. Confined to the thread. */
    static final class Row {
        private static final int LONGEST = 32;

        private int connection;
        private int length;

        /** Whether it is the turn of others. Two connections that are taken for one have it sooner. */
        boolean isOver(Object from) {
            int next = System.identityHashCode(from);
            length = next == connection ? length + 1 : 1;
            connection = next;
            return length % LONGEST == 0;
        }
    }

    FrontHandler(Chains chains) {
        this.chains = chains;
    }

    /** What this does on the thread that reads from the connections never waits, and so needs no other one. */
    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (Pages.isOne(request.getHttpURI().getPath())) {
            getServer().getThreadPool().execute(() -> answerPage(request, response, callback));
            return true;
        }
        inFlight.incrementAndGet();
        // What counts is that the client has its answer; a handler that does not come back must not hold up a stop.
        JettyExchange exchange = new JettyExchange(request, response, callback, () -> draining, this::completed);
        Invocation invocation = new Invocation(exchange, System.nanoTime());
        request.setAttribute(ProblemErrorHandler.INVOCATION, invocation);
        Interceptor.Next chain = draining ? chains.stopping() : chains.pipeline();
        if (rows.get().isOver(request.getConnectionMetaData().getConnection())) {
            // The server reads on from a connection as long as there is something to read and all of it is answered.
            exchange.later(() -> Interceptor.pass(invocation, chain));
        } else {
            Interceptor.passOnEventLoop(invocation, chain);
        }
        return true;
    }

    /** On a thread that may wait: servlets do. */
    private void answerPage(Request request, Response response, Callback callback) {
        try {
            if (!handlePage(request, response, callback)) {
                Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
            }
        } catch (Exception | Error failure) {
            // The border to the server: as it does itself with what a handler throws.
            Response.writeError(request, response, callback, failure);
        }
    }

    private boolean handlePage(Request request, Response response, Callback callback) throws Exception {
        JettyExchange exchange = new JettyExchange(request, response, callback, () -> draining, () -> {});
        Invocation invocation = new Invocation(exchange, System.nanoTime());
        request.setAttribute(ProblemErrorHandler.INVOCATION, invocation);
        invocation.note(Invocation.PAGE, exchange.rawPath());
        Interceptor.pass(invocation, chains.page());
        if (invocation.reply().isClaimed()) {
            return true;
        }
        invocation.reply().addedHeaders().forEach(response.getHeaders()::put);
        Pages.fields(request.getHttpURI().getPath()).forEach(response.getHeaders()::put);
        Request.addCompletionListener(request, failure -> invocation
                .reply()
                .answeredByServer(
                        new Sent(response.getStatus(), Response.getContentBytesWritten(response), failure == null)));
        return super.handle(request, response, callback);
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
