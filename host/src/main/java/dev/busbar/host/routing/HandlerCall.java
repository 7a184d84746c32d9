package dev.busbar.host.routing;

import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Problems;
import dev.busbar.host.pipeline.RequestBody;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Response;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One call of a route's handler: queued, run on a thread of the generation, answered by it or, past the deadline, by the
 * {@link Watchdog}. Runs once; {@link #expire}, {@link #interrupt} and {@link #describe} may come from any thread.
 */
final class HandlerCall implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(HandlerCall.class);
    private static final int STACK_DEPTH = 12;

    private final Invocation invocation;
    private final RouteEndpoint endpoint;
    private final Watchdog watchdog;
    private final RequestBody body;
    private final Object threadLock = new Object();
    private volatile long limitNanos;
    private volatile boolean streaming;
    private boolean finished;
    private @Nullable Thread thread;

    private HandlerCall(Invocation invocation, RouteEndpoint endpoint, Watchdog watchdog) {
        this.invocation = invocation;
        this.endpoint = endpoint;
        this.watchdog = watchdog;
        this.body = new RequestBody(
                invocation.exchange().body(), endpoint.declaration().maxBodyBytes(), invocation::isAnswered);
        this.limitNanos =
                invocation.arrivedNanos() + endpoint.declaration().deadline().toNanos();
    }

    /** Hands an invocation over to the threads of its generation. The deadline runs from its arrival. */
    static void handOver(Invocation invocation, RouteEndpoint endpoint, Workers workers, Watchdog watchdog) {
        HandlerCall call = new HandlerCall(invocation, endpoint, watchdog);
        invocation.retain();
        watchdog.watch(call);
        if (!workers.offer(call)) {
            watchdog.forget(call);
            invocation.fail(call.fault(503, "platform-overloaded", "Platform overloaded", "all its threads are busy")
                    .withHeader("Retry-After", "1"));
            invocation.release();
        }
    }

    @Override
    public void run() {
        synchronized (threadLock) {
            thread = Thread.currentThread();
        }
        MDC.put("correlationId", invocation.correlationId());
        try {
            if (!invocation.isAnswered()) {
                enter();
            }
        } finally {
            MDC.clear();
            finish();
        }
    }

    private void enter() {
        Generation generation = endpoint.owner();
        if (!generation.enter()) {
            invocation.fail(RouteTable.unavailable(generation.platform(), "the platform is being replaced"));
            return;
        }
        try {
            answer(endpoint.declaration().handler().handle(new HandlerRequest(invocation, endpoint, body)));
        } catch (Throwable failure) {
            // The border to a plugin's code: whatever it throws, errors included, is one request's misfortune.
            failed(failure);
        } finally {
            generation.leave();
        }
    }

    private void answer(@Nullable Response response) throws IOException {
        if (response == null) {
            throw new IllegalStateException("the handler of " + endpoint.declaration() + " answered null");
        }
        ProblemException cutOff = body.problem();
        if (cutOff != null) {
            throw cutOff;
        }
        Response.Body content = response.body();
        if (content instanceof Response.Body.Json json) {
            byte[] bytes = endpoint.json().encode(json.value());
            if (claim()) {
                invocation.sendClaimed(response, bytes);
            }
        } else if (content instanceof Response.Body.Bytes bytes) {
            if (claim()) {
                invocation.sendClaimed(response, bytes.bytes());
            }
        } else if (content instanceof Response.Body.Stream stream) {
            limitNanos = System.nanoTime() + watchdog.streamLimitNanos();
            if (claim()) {
                streaming = true;
                endpoint.owner().beginStream();
                try {
                    invocation.streamClaimed(response, stream.writer());
                } finally {
                    endpoint.owner().endStream();
                }
            }
        } else if (claim()) {
            invocation.sendClaimed(response);
        }
    }

    private boolean claim() {
        return invocation.claim();
    }

    private void failed(Throwable failure) {
        ProblemException cutOff = body.problem();
        if (cutOff != null) {
            invocation.fail(cutOff);
        } else if (failure instanceof ProblemException problem) {
            invocation.fail(problem);
        } else if (streaming) {
            LOG.warn(
                    "{}: the stream of {} broke off ({})",
                    endpoint.owner(),
                    endpoint.declaration(),
                    failure.toString());
        } else if (invocation.isAnswered()) {
            LOG.debug("{}: {} failed after its deadline", endpoint.owner(), endpoint.declaration(), failure);
        } else {
            LOG.error("{}: {} failed", endpoint.owner(), endpoint.declaration(), failure);
            invocation.fail(fault(500, "platform-failed", "Platform failed", "the platform could not answer"));
        }
    }

    private void finish() {
        synchronized (threadLock) {
            finished = true;
            thread = null;
            // An interrupt that came for this call must not hit the next one on this thread.
            boolean interrupted = Thread.interrupted();
            if (interrupted) {
                LOG.debug("{}: {} ended by interrupt", endpoint.owner(), endpoint.declaration());
            }
        }
        watchdog.forget(this);
        endpoint.owner().removeOverdue(this);
        invocation.release();
    }

    boolean isPast(long nowNanos) {
        return nowNanos - limitNanos >= 0;
    }

    /** Answers in the handler's place, or breaks a stream off, and interrupts the thread. */
    void expire() {
        if (invocation.claim()) {
            invocation.sendClaimed(
                    body.waiting()
                            ? Problems.requestTimeout()
                            : fault(
                                    504,
                                    "platform-timeout",
                                    "Platform timeout",
                                    "no answer within " + endpoint.declaration().deadline()));
            interruptOverdue();
            return;
        }
        synchronized (threadLock) {
            if (finished) {
                return;
            }
            if (!isPast(System.nanoTime())) {
                watchdog.watch(this); // it has just begun to stream and has a new limit
                return;
            }
            if (streaming) {
                invocation.exchange().abort(new IOException("the stream took too long"));
            }
        }
        interruptOverdue();
    }

    private void interruptOverdue() {
        synchronized (threadLock) {
            if (thread != null) {
                endpoint.owner().addOverdue(this);
                thread.interrupt();
            }
        }
    }

    void interrupt() {
        synchronized (threadLock) {
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    Generation.Overdue describe() {
        StackTraceElement[] stack;
        synchronized (threadLock) {
            stack = thread == null ? new StackTraceElement[0] : thread.getStackTrace();
        }
        List<String> top = Arrays.stream(stack)
                .limit(STACK_DEPTH)
                .map(StackTraceElement::toString)
                .toList();
        long overdueMillis = (System.nanoTime() - limitNanos) / 1_000_000;
        return new Generation.Overdue(
                endpoint.declaration().toString(), invocation.correlationId(), overdueMillis, top);
    }

    private ProblemException fault(int status, String name, String title, String detail) {
        return ProblemException.of(status, name, title, detail)
                .with("platform", endpoint.platform())
                .with("generation", Long.toString(endpoint.generation()));
    }
}
