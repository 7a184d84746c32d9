package dev.busbar.host.pipeline;

import dev.busbar.core.CanonicalPath;
import dev.busbar.plugin.Route;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One request in the pipeline: the facts that interceptors determine, each set once by the thread that has the
 * invocation, and read by any thread after the dispatch. Its response is the {@link Reply}, its end the {@link
 * Completion}.
 */
public final class Invocation {
    /** The topic of the {@linkplain #note note} with the requested page. */
    public static final String PAGE = "page";

    private static final AtomicReferenceFieldUpdater<Invocation, @Nullable Note> NOTES =
            AtomicReferenceFieldUpdater.newUpdater(Invocation.class, Note.class, "notes");

    private final Exchange exchange;
    private final Timing timing;
    private final List<String> trail;
    private final Reply reply;
    private final Completion completion;
    private volatile @Nullable Note notes;
    private String correlationId = "";
    private CanonicalPath path = CanonicalPath.NONE;
    private @Nullable Endpoint endpoint;
    private List<String> pathParameters = List.of();
    private @Nullable Caller caller;
    private @Nullable String peer;
    private @Nullable String clientAddress;
    private byte @Nullable [] collected;
    private boolean hidden;

    /** A note, with the earlier ones. */
    private record Note(String topic, String what, @Nullable Note before) {}

    /**
     * Starts an invocation.
     *
     * @param arrivedNanos when it arrived, by {@link System#nanoTime()}
     */
    public Invocation(Exchange exchange, long arrivedNanos) {
        this(exchange, arrivedNanos, List.of());
    }

    private Invocation(Exchange exchange, long arrivedNanos, List<String> trail) {
        this.exchange = exchange;
        this.timing = new Timing(arrivedNanos);
        this.trail = trail;
        this.reply = new Reply(this);
        this.completion = new Completion(reply);
    }

    /**
     * Starts an invocation inside the host: a call between platforms.
     *
     * @param trail the platforms that wait for it, the one that began first
     */
    public static Invocation nested(Exchange exchange, long arrivedNanos, String correlationId, List<String> trail) {
        Invocation nested = new Invocation(exchange, arrivedNanos, trail);
        nested.correlationId(correlationId);
        return nested;
    }

    /**
     * Another invocation of the same route by the same caller, under the same correlation id, whose response goes to
     * another exchange. This one is not complete before that one is, so its lease holds for both.
     *
     * @param startedNanos from when on its deadline runs
     */
    public Invocation again(Exchange other, long startedNanos) {
        Invocation again = nested(other, startedNanos, correlationId, trail);
        again.path = path;
        again.endpoint(endpoint(), pathParameters);
        again.caller = caller;
        again.clientAddress = clientAddress();
        completion.retain();
        again.completion.onComplete(completion::release);
        return again;
    }

    /** The response, and the right to send it. */
    public Reply reply() {
        return reply;
    }

    /** The completion of the invocation, when no thread works for it any more. */
    public Completion completion() {
        return completion;
    }

    /** The platforms that wait for it, the one that began first; empty for a request from outside. */
    public List<String> trail() {
        return trail;
    }

    /** The request and its response at the server. */
    public Exchange exchange() {
        return exchange;
    }

    /** The arrival, the deadline, and the duration of the handler. */
    public Timing timing() {
        return timing;
    }

    /** Reads the peer from the connection now, so that it is known when the connection is closed. */
    public void pinPeer() {
        peer = exchange.remoteAddress();
    }

    /** The address of the client: that of the peer, or the one that trusted proxies report. */
    public String clientAddress() {
        if (clientAddress != null) {
            return clientAddress;
        }
        return peer != null ? peer : exchange.remoteAddress();
    }

    /** Set by the interceptor that knows which proxies are trusted. */
    public void clientAddress(String address) {
        requireUnset(clientAddress == null, "client address");
        clientAddress = address;
    }

    /** Its correlation id, in logs and responses. */
    public String correlationId() {
        return correlationId;
    }

    void correlationId(String id) {
        requireUnset(correlationId.isEmpty(), "correlation id");
        correlationId = id;
        reply.addHeader("x-correlation-id", id);
    }

    /** The canonical path. */
    public CanonicalPath path() {
        return path;
    }

    void path(CanonicalPath value) {
        requireUnset(path.equals(CanonicalPath.NONE), "path");
        path = value;
    }

    /** Hides the path, which is not served at the listener where the request came in. */
    public void hidePath() {
        hidden = true;
    }

    /** Returns whether the path is hidden. */
    public boolean isPathHidden() {
        return hidden;
    }

    /** The endpoint of the request. */
    public Endpoint endpoint() {
        if (endpoint == null) {
            throw new IllegalStateException("no route was looked up yet");
        }
        return endpoint;
    }

    /** Returns whether a route was looked up, with or without a result. */
    public boolean isRouted() {
        return endpoint != null;
    }

    /**
     * Set by the interceptor that looks up the route; once more when the first endpoint was {@linkplain
     * Endpoint#isProvisional provisional}.
     *
     * @param captured the values of the path parameters, in order
     */
    public void endpoint(Endpoint value, List<String> captured) {
        requireUnset(endpoint == null || endpoint.isProvisional(), "endpoint");
        endpoint = value;
        pathParameters = captured;
        timing.ofRoute(value.contract().map(route -> route.limits().deadline()).orElse(Route.DEFAULT_DEADLINE));
    }

    /** The values of the path parameters, in order. */
    public List<String> pathParameters() {
        return pathParameters;
    }

    /** The body: the collected bytes, else the stream from the client. */
    public InputStream body() {
        return collected == null ? exchange.body() : new ByteArrayInputStream(collected);
    }

    /** Returns whether the complete body is in memory. */
    public boolean isCollected() {
        return collected != null;
    }

    /** The number of bytes of the body; -1 where it is not known yet. */
    public long bodyLength() {
        return collected == null ? exchange.contentLength() : collected.length;
    }

    /** Set by an interceptor that has read the complete body. */
    public void collected(byte[] body) {
        requireUnset(collected == null, "body");
        collected = body;
    }

    /** The caller; empty where no caller was authenticated. */
    public Optional<Caller> caller() {
        return Optional.ofNullable(caller);
    }

    /** Set by authentication. */
    public void caller(Caller value) {
        requireUnset(caller == null, "caller");
        caller = value;
    }

    private void requireUnset(boolean unset, String fact) {
        if (!unset) {
            throw new IllegalStateException("the " + fact + " of request " + correlationId
                    + " is known already (expected: each fact to be set once)");
        }
    }

    /**
     * Records what an interceptor did, such as {@code cache} and {@code hit}, for logs. May be called from any thread.
     */
    public void note(String topic, String what) {
        Note before;
        do {
            before = notes;
        } while (!NOTES.compareAndSet(this, before, new Note(topic, what, before)));
    }

    /** The last note on a topic; empty when there is none. */
    public String note(String topic) {
        for (Note note = notes; note != null; note = note.before()) {
            if (note.topic().equals(topic)) {
                return note.what();
            }
        }
        return "";
    }
}
