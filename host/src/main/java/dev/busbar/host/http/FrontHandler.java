package dev.busbar.host.http;

import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Reply;
import dev.busbar.plugin.ProblemException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The handler in front of Javalin's servlet: it passes every request to the pipeline, except that a request for a page
 * passes the edge only. Called by the threads that read from connections; {@link #drain} by the thread that stops the
 * host.
 */
final class FrontHandler extends Handler.Wrapper {
    private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

    private final Chains chains;
    private final RequestCheck check;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final ThreadLocal<Burst> bursts = ThreadLocal.withInitial(Burst::new);
    private volatile boolean draining;

    /** The number of consecutive requests that a thread has read from one connection. Confined to the thread. */
    static final class Burst {
        private static final int MAX_LENGTH = 32;

        private int connection;
        private int length;

        /**
         * Returns whether this thread has read enough consecutive requests from one connection, so that others get
         * their turn; two connections with the same identity hash share a burst.
         */
        boolean isExhausted(Object from) {
            int next = System.identityHashCode(from);
            length = next == connection ? length + 1 : 1;
            connection = next;
            return length % MAX_LENGTH == 0;
        }
    }

    FrontHandler(Chains chains, RequestCheck check) {
        this.chains = chains;
        this.check = check;
    }

    /** Runs on the thread that reads from the connection, and never blocks. */
    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        ProblemException refusal = check.refusal(request);
        if (refusal != null) {
            answerItself(request, response, callback, true, reply -> reply.fail(refusal));
            return true;
        }
        if (RequestCheck.isForServerOptions(request)) {
            answerItself(request, response, callback, false, FrontHandler::sendOptions);
            return true;
        }
        if (Chains.PAGES.isPage(request.getHttpURI().getPath())) {
            answerPage(request, response, callback);
            return true;
        }
        inFlight.incrementAndGet();
        // Counts until the client has its response; a handler that does not return must not delay a stop.
        JettyExchange exchange = new JettyExchange(request, response, callback, () -> draining, this::completed);
        Invocation invocation = new Invocation(exchange, System.nanoTime());
        request.setAttribute(ProblemErrorHandler.INVOCATION, invocation);
        Interceptor.Next chain = draining ? chains.stopping() : chains.pipeline();
        if (bursts.get().isExhausted(request.getConnectionMetaData().getConnection())) {
            // The server continues to read from a connection while requests arrive and all of them are answered.
            exchange.later(() -> Interceptor.pass(invocation, chain));
        } else {
            Interceptor.passOnEventLoop(invocation, chain);
        }
        return true;
    }

    /** Answers a request that no chain sees, because it is malformed or names no resource. */
    private void answerItself(
            Request request, Response response, Callback callback, boolean closing, Consumer<Reply> answer) {
        inFlight.incrementAndGet();
        JettyExchange exchange =
                new JettyExchange(request, response, callback, () -> closing || draining, this::completed);
        Invocation invocation = new Invocation(exchange, System.nanoTime());
        request.setAttribute(ProblemErrorHandler.INVOCATION, invocation);
        Interceptor.passOnEventLoop(invocation, same -> {
            chains.fields().proceed(same);
            answer.accept(same.reply());
        });
    }

    private static void sendOptions(Reply reply) {
        reply.addHeader("allow", METHODS);
        reply.claim().ifPresent(claim -> claim.send(dev.busbar.plugin.Response.noContent()));
    }

    private void answerPage(Request request, Response response, Callback callback) {
        JettyExchange exchange = new JettyExchange(request, response, callback, () -> draining, () -> {});
        Invocation invocation = new Invocation(exchange, System.nanoTime());
        request.setAttribute(ProblemErrorHandler.INVOCATION, invocation);
        invocation.note(Invocation.PAGE, exchange.rawPath());
        Interceptor.passOnEventLoop(invocation, chains.page());
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
