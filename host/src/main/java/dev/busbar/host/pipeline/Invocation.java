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
 * One request on its way through the pipeline: the facts that interceptors find out, each set once, by the thread that has
 * the invocation, and read by any thread behind the dispatch. Its response is the {@link Reply}, its end the
 * {@link Completion}.
 */
public final class Invocation {
    /** The topic of a {@linkplain #note note} that names the page which was asked for. */
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

    /** A note, and those that were made before. */
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
     * Starts one that begins in the host itself: a call from one platform to another.
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
     */
    public Invocation again(Exchange other) {
        Invocation again = nested(other, System.nanoTime(), correlationId, trail);
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

    /** Who works for the invocation still, and what happens when nobody does. */
    public Completion completion() {
        return completion;
    }

    /** The platforms that wait for it, the one that began first; empty for a request from outside. */
    public List<String> trail() {
        return trail;
    }

    /** The server's side of it. */
    public Exchange exchange() {
        return exchange;
    }

    /** When it arrived, until when it has to be answered, and how long the handler took. */
    public Timing timing() {
        return timing;
    }

    /** Asks the connection for its peer now, so that the peer is known when the connection is gone. */
    public void pinPeer() {
        peer = exchange.remoteAddress();
    }

    /** The address of the client: the peer, or whom trusted proxies in front name. */
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

    /** The one reading of its path. */
    public CanonicalPath path() {
        return path;
    }

    void path(CanonicalPath value) {
        requireUnset(path.equals(CanonicalPath.NONE), "path");
        path = value;
    }

    /** Hides its path: nothing is served there at the listener where it came in. */
    public void hidePath() {
        hidden = true;
    }

    /** Returns whether no route is to be found at its path, whatever there is. */
    public boolean isPathHidden() {
        return hidden;
    }

    /** Where it is bound for. */
    public Endpoint endpoint() {
        if (endpoint == null) {
            throw new IllegalStateException("no route was looked up yet");
        }
        return endpoint;
    }

    /** Returns whether a route was looked up, whatever was found. */
    public boolean isRouted() {
        return endpoint != null;
    }

    /**
     * Set by the interceptor that looks up the route; once more when the first endpoint was
     * {@linkplain Endpoint#isProvisional provisional}.
     *
     * @param captured what the path template captured, in order
     */
    public void endpoint(Endpoint value, List<String> captured) {
        requireUnset(endpoint == null || endpoint.isProvisional(), "endpoint");
        endpoint = value;
        pathParameters = captured;
        timing.ofRoute(value.contract().map(route -> route.limits().deadline()).orElse(Route.DEFAULT_DEADLINE));
    }

    /** What the path template captured, in order. */
    public List<String> pathParameters() {
        return pathParameters;
    }

    /** The body: what was collected of it before, else what the client sends. */
    public InputStream body() {
        return collected == null ? exchange.body() : new ByteArrayInputStream(collected);
    }

    /** Set by an interceptor that has read the whole body. */
    public void collected(byte[] body) {
        requireUnset(collected == null, "body");
        collected = body;
    }

    /** Who calls; empty where nobody was authenticated. */
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

    /** Records what an interceptor did, such as {@code cache} and {@code hit}, for logs. May be called from any thread. */
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
