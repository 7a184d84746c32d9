package dev.busbar.host.routing;

import dev.busbar.core.EncodedResponse;
import dev.busbar.core.ProblemType;
import dev.busbar.core.Problems;
import dev.busbar.core.RequestBody;
import dev.busbar.core.SeenFields;
import dev.busbar.host.contract.Owner;
import dev.busbar.host.entry.Entry;
import dev.busbar.host.entry.Generation;
import dev.busbar.host.entry.Visit;
import dev.busbar.host.pipeline.Acting;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Reply;
import dev.busbar.host.threads.Deadlines;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its handler: queued, run on a thread of the generation, and answered by the handler or, past the
 * deadline, instead of it. Runs once; {@link #expire} and the methods that {@link Entry} names may be called by any
 * thread.
 */
final class RequestEntry implements Entry, Deadlines.Due {
    private static final Logger LOG = LoggerFactory.getLogger(RequestEntry.class);

    private final Invocation invocation;
    private final RouteEndpoint endpoint;
    private final Deadlines deadlines;
    private final RequestBody body;
    private final Acting acting;
    private final Visit visit;
    private volatile long dueNanos;
    private volatile boolean streaming;
    private volatile boolean overdue;

    private RequestEntry(Invocation invocation, RouteEndpoint endpoint) {
        this.invocation = invocation;
        this.endpoint = endpoint;
        this.deadlines = endpoint.deadlines();
        InputStream sent =
                SeenFields.isBodySeen(endpoint.declaration()) ? invocation.body() : InputStream.nullInputStream();
        this.body = new RequestBody(sent, endpoint.declaration().maxBodyBytes(), invocation.reply()::isClaimed);
        this.dueNanos = invocation.timing().dueNanos();
        this.acting = Acting.answering(invocation);
        this.visit = endpoint.door().visit(this);
    }

    /** Dispatches an invocation to the threads of its generation. The deadline runs from its arrival. */
    static void dispatch(Invocation invocation, RouteEndpoint endpoint, Workers workers) {
        RequestEntry call = new RequestEntry(invocation, endpoint);
        invocation.reply().seal();
        invocation.completion().retain();
        call.deadlines.add(call);
        boolean taken;
        try {
            taken = workers.offer(call.visit);
        } catch (RuntimeException | Error failure) {
            call.giveUp(); // for instance no memory for another thread
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
    public Kind kind() {
        return Kind.REQUEST;
    }

    @Override
    public String label() {
        return endpoint.declaration().toString();
    }

    @Override
    public Acting acting() {
        return acting;
    }

    @Override
    public Pass pass() {
        return Pass.WITH_LEASE;
    }

    @Override
    public long overdueNanos() {
        return overdue ? deadlines.now() - dueNanos() : -1;
    }

    /**
     * Not before the deadline: the handler may be sending its response, and an interrupt would close the connection.
     * Never the host's own handlers: the embedded store closes its file when its thread is interrupted.
     */
    @Override
    public boolean mayBeInterrupted() {
        return overdue && endpoint.owner() instanceof Owner.Platform;
    }

    @Override
    public void run() throws Exception {
        if (invocation.reply().isClaimed()) {
            return; // it was answered in the queue
        }
        invocation.timing().handlerBegins();
        try {
            if (!invocation.reply().isClaimed()) { // a claim from here on sees that the handler was entered
                HandlerRequest request = new HandlerRequest(invocation, endpoint, body);
                try {
                    request.readParameters();
                    answer(endpoint.declaration().handler().handle(request));
                } finally {
                    request.end();
                }
            }
        } finally {
            invocation.timing().handlerEnds();
        }
    }

    @Override
    public void refused() {
        invocation.reply().fail(RouteTable.unavailable(endpoint.platform(), "the platform is being replaced"));
    }

    @Override
    public void left() {
        deadlines.remove(this);
        invocation.completion().release();
    }

    /** Gives the request up unless its handler has begun; the queued entry then does nothing. */
    private boolean giveUp() {
        boolean queued = visit.cancel();
        if (queued) {
            left();
        }
        return queued;
    }

    private void answer(@Nullable Response response) throws IOException {
        EncodedResponse encoded = EncodedResponse.of(endpoint.declaration(), response, body, endpoint.json());
        if (encoded instanceof EncodedResponse.Streaming stream) {
            dueNanos = deadlines.now() + endpoint.streamLimitNanos() - body.waitedNanos();
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
                if (endpoint.generation().isClosed()) { // by force, and maybe before this entry could be cut
                    throw new IOException("the platform is being replaced");
                }
                stream.writer().writeTo(out);
            });
        } finally {
            endpoint.generation().endStream();
        }
    }

    /** Claims the response, and clears a pending interrupt: it is a plugin's own, and would close the channel. */
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

    @Override
    public void failed(Throwable thrown) {
        Throwable failure = endpoint.fault(thrown);
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

    private void log(boolean late, Throwable failure) {
        Generation owner = endpoint.generation();
        Route route = endpoint.declaration();
        if (streaming) {
            LOG.warn("{}: the stream of {} was aborted ({})", owner, route, failure.toString());
        } else if (late) {
            LOG.debug("{}: {} failed after its deadline", owner, route, failure);
        } else {
            LOG.error("{}: {} failed", owner, route, failure);
        }
    }

    /** The deadline bounds the handler: while it waits for the client, only the rate of the client counts. */
    @Override
    public long dueNanos() {
        long since;
        long waited;
        do { // until both are of one moment
            since = body.waitingSince();
            waited = body.waitedNanos();
        } while (since == RequestBody.CHANGING || since != body.waitingSince());
        long handler = dueNanos + waited;
        if (since == 0) {
            return handler;
        }
        long client = since + endpoint.bodies().allowanceNanos(body.count(), waited);
        return streaming ? Math.min(client, handler) : client;
    }

    /**
     * Answers instead of the handler, or aborts its stream, and interrupts the thread. A handler that is sending its
     * response is not interrupted: that would close the connection.
     */
    @Override
    public void expire() {
        Optional<Reply.Claim> claim = invocation.reply().claim();
        if (claim.isPresent()) {
            overdue = true; // before the client is answered, so that its next request sees it
            claim.get()
                    .send(
                            body.waiting()
                                    ? Problems.requestTimeout()
                                    : fault(
                                            ProblemType.PLATFORM_TIMEOUT,
                                            "no response within "
                                                    + invocation.timing().allowed()));
            if (!giveUp()) {
                interrupt();
            }
            return;
        }
        if (visit.isOver()) {
            return;
        }
        if (deadlines.now() - dueNanos() < 0) {
            deadlines.add(this); // it has just begun to stream, with a new deadline
            if (visit.isOver()) {
                deadlines.remove(this);
            }
        } else if (streaming) {
            breakOff("the stream took too long");
            interrupt();
        }
    }

    private void breakOff(String why) {
        overdue = true;
        invocation.exchange().abort(new IOException(why));
    }

    /** A stream ends with its generation. A response that is being sent is left alone, as in {@link #mayBeInterrupted}. */
    @Override
    public void cut() {
        if (streaming && endpoint.owner() instanceof Owner.Platform && !visit.isOver()) {
            breakOff("the platform was replaced");
        }
    }

    private void interrupt() {
        if (mayBeInterrupted()) {
            visit.interrupt();
        }
    }

    private ProblemException fault(ProblemType type, String detail) {
        return type.problem(detail)
                .with("platform", endpoint.platform())
                .with("generation", Long.toString(endpoint.owner().generationNumber()));
    }
}
