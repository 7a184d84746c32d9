package dev.busbar.host.routing;

import dev.busbar.core.EncodedResponse;
import dev.busbar.core.ProblemType;
import dev.busbar.core.Problems;
import dev.busbar.core.RequestBody;
import dev.busbar.core.SeenFields;
import dev.busbar.host.contract.Owner;
import dev.busbar.host.entry.Entry;
import dev.busbar.host.entry.Generation;
import dev.busbar.host.entry.Inside;
import dev.busbar.host.entry.RunningEntry;
import dev.busbar.host.pipeline.Acting;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Reply;
import dev.busbar.host.threads.Deadlines;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One call of a route's handler: queued, run on a thread of the generation, answered by it or, past the deadline, in its
 * place. Runs once; {@link #expire}, {@link #interrupt} and {@link #describe} may come from any thread.
 */
final class HandlerCall implements Runnable, Deadlines.Due, Inside {
    private static final Logger LOG = LoggerFactory.getLogger(HandlerCall.class);
    private static final int STACK_DEPTH = 12;

    private final Invocation invocation;
    private final RouteEndpoint endpoint;
    private final Deadlines deadlines;
    private final RequestBody body;
    private final Object threadLock = new Object();
    private volatile long dueNanos;
    private volatile boolean streaming;
    private Stage stage = Stage.QUEUED;
    private @Nullable Thread thread;

    /** Guarded by the lock. Whoever takes it out of the queue, to run it or to give it up, lets the invocation go. */
    private enum Stage {
        QUEUED,
        RUNNING,
        OVER
    }

    private HandlerCall(Invocation invocation, RouteEndpoint endpoint) {
        this.invocation = invocation;
        this.endpoint = endpoint;
        this.deadlines = endpoint.deadlines();
        InputStream sent =
                SeenFields.isBodySeen(endpoint.declaration()) ? invocation.body() : InputStream.nullInputStream();
        this.body = new RequestBody(sent, endpoint.declaration().maxBodyBytes(), invocation.reply()::isClaimed);
        this.dueNanos = invocation.timing().dueNanos();
    }

    /** Dispatches an invocation to the threads of its generation. The deadline runs from its arrival. */
    static void dispatch(Invocation invocation, RouteEndpoint endpoint, Workers workers) {
        HandlerCall call = new HandlerCall(invocation, endpoint);
        invocation.reply().seal();
        invocation.completion().retain();
        call.deadlines.add(call);
        boolean taken;
        try {
            taken = workers.offer(call);
        } catch (RuntimeException | Error failure) {
            call.giveUp(); // such as no memory for one more thread
            throw failure;
        }
        if (!taken) {
            invocation.reply().fail(call.refusal());
            call.giveUp();
        }
    }

    private ProblemException refusal() {
        return endpoint.generation().isClosed()
                ? RouteTable.unavailable(endpoint.platform(), "the platform is being replaced")
                : fault(ProblemType.PLATFORM_OVERLOADED, "all its threads are busy")
                        .withHeader("Retry-After", "1");
    }

    @Override
    public void run() {
        if (!begin()) {
            return;
        }
        MDC.put("correlationId", invocation.correlationId());
        @Nullable Acting before = Acting.enter(Acting.answering(invocation));
        try {
            if (!invocation.reply().isClaimed()) {
                enter();
            }
        } finally {
            @Nullable Acting unused = Acting.enter(before);
            MDC.clear();
            finish();
        }
    }

    private boolean begin() {
        synchronized (threadLock) {
            if (stage != Stage.QUEUED) {
                return false;
            }
            stage = Stage.RUNNING;
            thread = Thread.currentThread();
            return true;
        }
    }

    /** Lets the invocation go unless it has begun to run; what is still in a queue then does nothing. */
    private boolean giveUp() {
        synchronized (threadLock) {
            if (stage != Stage.QUEUED) {
                return false;
            }
            stage = Stage.OVER;
        }
        leave();
        return true;
    }

    private void leave() {
        deadlines.remove(this);
        invocation.completion().release();
    }

    private void enter() {
        Generation generation = endpoint.generation();
        if (!generation.enter()) {
            invocation.reply().fail(RouteTable.unavailable(generation.platform(), "the platform is being replaced"));
            return;
        }
        try {
            invocation.timing().handlerBegins();
            if (invocation.reply().isClaimed()) {
                return; // whoever has answered may have seen that it was not entered, and told others so
            }
            answer(endpoint.declaration().handler().handle(new HandlerRequest(invocation, endpoint, body)));
        } catch (Throwable failure) {
            // The border to a plugin's code: whatever it throws, errors included, is one request's misfortune.
            failed(endpoint.fault(failure));
        } finally {
            invocation.timing().handlerEnds();
            generation.leave();
        }
    }

    private void answer(@Nullable Response response) throws IOException {
        EncodedResponse encoded = EncodedResponse.of(endpoint.declaration(), response, body, endpoint.json());
        if (encoded instanceof EncodedResponse.Streaming stream) {
            dueNanos = deadlines.now() + endpoint.streamLimitNanos();
            Reply.Claim claim = claim();
            if (claim != null) {
                stream(claim, stream);
            }
        } else if (encoded instanceof EncodedResponse.Buffered buffered) {
            invocation.timing().handlerEnds(); // sending is the host's own time
            Reply.Claim claim = claim();
            if (claim != null) {
                claim.send(buffered.response(), buffered.content());
            }
        }
    }

    private void stream(Reply.Claim claim, EncodedResponse.Streaming stream) throws IOException {
        endpoint.generation().beginStream();
        try {
            claim.stream(stream.response(), out -> {
                streaming = true;
                stream.writer().writeTo(out);
            });
        } finally {
            endpoint.generation().endStream();
        }
    }

    /** An interrupt that is pending when the right to answer was won is a plugin's own, and would close the channel. */
    private Reply.@Nullable Claim claim() {
        Reply.Claim won = invocation.reply().claim().orElse(null);
        if (won != null) {
            clearInterrupt();
        }
        return won;
    }

    private void clearInterrupt() {
        if (Thread.interrupted()) {
            LOG.debug("{}: {} ended with its thread interrupted", endpoint.generation(), endpoint.declaration());
        }
    }

    private void failed(Throwable failure) {
        invocation.timing().handlerEnds();
        clearInterrupt();
        ProblemException cutOff = body.problem();
        if (cutOff != null) {
            invocation.reply().fail(cutOff);
        } else if (failure instanceof ProblemException problem) {
            invocation.reply().fail(problem);
        } else {
            boolean late = invocation.reply().isClaimed();
            invocation.reply().fail(fault(ProblemType.PLATFORM_FAILED, "the platform could not answer"));
            log(late, failure);
        }
    }

    /** After the answer: a failure of the plugin's own class runs its code once more when it is asked what it is. */
    private void log(boolean late, Throwable failure) {
        String owner = endpoint.generation().toString();
        String route = endpoint.declaration().toString();
        try {
            if (streaming) {
                LOG.warn("{}: the stream of {} broke off ({})", owner, route, failure.toString());
            } else if (late) {
                LOG.debug("{}: {} failed after its deadline", owner, route, failure);
            } else {
                LOG.error("{}: {} failed", owner, route, failure);
            }
        } catch (RuntimeException | Error e) {
            // The border to a plugin's code: what cannot say what it is has a class at least.
            LOG.error("{}: {} failed ({})", owner, route, failure.getClass().getName());
        }
    }

    private void finish() {
        synchronized (threadLock) {
            stage = Stage.OVER;
            thread = null;
            clearInterrupt(); // one that came for this call must not hit the next one on this thread
        }
        endpoint.generation().remove(this);
        leave();
    }

    @Override
    public long dueNanos() {
        return dueNanos;
    }

    /**
     * Answers in the handler's place, or breaks a stream off, and interrupts the thread. A handler that is sending its
     * answer at this moment is left alone: an interrupt would close the connection under it.
     */
    @Override
    public void expire() {
        Optional<Reply.Claim> claim = invocation.reply().claim();
        if (claim.isPresent()) {
            showOverdue(); // before the client knows, so that whoever asks next sees it
            claim.get()
                    .send(
                            body.waiting()
                                    ? Problems.requestTimeout()
                                    : fault(
                                            ProblemType.PLATFORM_TIMEOUT,
                                            "no answer within "
                                                    + invocation.timing().allowed()));
            if (!giveUp()) {
                interruptOverdue();
            }
            return;
        }
        synchronized (threadLock) {
            if (stage == Stage.OVER) {
                return;
            }
            if (deadlines.now() - dueNanos < 0) {
                deadlines.add(this); // it has just begun to stream and has a new deadline
                return;
            }
        }
        if (streaming) {
            invocation.exchange().abort(new IOException("the stream took too long"));
            interruptOverdue();
        }
    }

    private void showOverdue() {
        synchronized (threadLock) {
            if (thread != null) {
                endpoint.generation().add(this);
            }
        }
    }

    /** The host's own handlers are left alone: the embedded store closes its file under a thread that is interrupted. */
    private void interruptOverdue() {
        synchronized (threadLock) {
            if (thread != null) {
                endpoint.generation().add(this);
                if (endpoint.owner() instanceof Owner.Platform) {
                    thread.interrupt();
                }
            }
        }
    }

    @Override
    public Entry.Kind kind() {
        return Entry.Kind.REQUEST;
    }

    @Override
    public void interrupt() {
        synchronized (threadLock) {
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    @Override
    public RunningEntry describe() {
        StackTraceElement[] stack;
        synchronized (threadLock) {
            stack = thread == null ? new StackTraceElement[0] : thread.getStackTrace();
        }
        List<String> top = Arrays.stream(stack)
                .limit(STACK_DEPTH)
                .map(StackTraceElement::toString)
                .toList();
        long overdueMillis = (deadlines.now() - dueNanos) / 1_000_000;
        return new RunningEntry(
                "request",
                endpoint.declaration().toString(),
                invocation.correlationId(),
                invocation.timing().handlerNanos() / 1_000_000,
                Optional.of(overdueMillis),
                top);
    }

    private ProblemException fault(ProblemType type, String detail) {
        return type.problem(detail)
                .with("platform", endpoint.platform())
                .with("generation", Long.toString(endpoint.owner().generationNumber()));
    }
}
