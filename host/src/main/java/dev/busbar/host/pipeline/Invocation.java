package dev.busbar.host.pipeline;

import dev.busbar.core.CanonicalPath;
import dev.busbar.core.EncodedResponse;
import dev.busbar.core.Problems;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on its way through the pipeline. What interceptors find out is set on the server thread before the
 * hand-over and only read after it. Any thread may try to answer; one compare-and-set decides who does ({@link #claim}).
 * It is complete, and its hooks run, when the answer is out and every thread that {@linkplain #retain retained} it has
 * {@linkplain #release let go}.
 */
public final class Invocation {
    private static final Logger LOG = LoggerFactory.getLogger(Invocation.class);
    /** The topic of a {@linkplain #note note} that names the page which was asked for. */
    public static final String PAGE = "page";

    private static final byte[] NOTHING = new byte[0];
    private static final String NO_STORE = "no-store";

    private final Exchange exchange;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final AtomicBoolean sent = new AtomicBoolean();
    private final AtomicBoolean complete = new AtomicBoolean();
    private final AtomicInteger holders = new AtomicInteger(1);
    private final List<Runnable> hooks = new ArrayList<>(2);
    private final List<Consumer<Sent>> watchers = new ArrayList<>(2);
    private final AnswerSteps steps = new AnswerSteps();
    private final Map<String, String> notes = new ConcurrentHashMap<>(4);
    private final Timing timing;
    private final HostFields fields = new HostFields();
    private String correlationId = "";
    private CanonicalPath path = CanonicalPath.NONE;
    private @Nullable Endpoint endpoint;
    private @Nullable Caller caller;
    private @Nullable String clientAddress;
    private List<String> pathParameters = List.of();
    private List<String> trail = List.of();
    private UnaryOperator<ProblemException> problemForm = UnaryOperator.identity();
    private String problemMediaType = Problems.MEDIA_TYPE;
    private byte @Nullable [] collected;
    private BiConsumer<Invocation, ProblemException> problemSender = Invocation::sendClaimed;
    private boolean hidden;

    /**
     * Starts an invocation.
     *
     * @param arrivedNanos when it arrived, by {@link System#nanoTime()}
     */
    public Invocation(Exchange exchange, long arrivedNanos) {
        this.exchange = exchange;
        this.timing = new Timing(arrivedNanos);
    }

    /**
     * Starts one that begins in the host itself: a call from one platform to another.
     *
     * @param trail the platforms that wait for it, the one that began first
     */
    public static Invocation nested(Exchange exchange, long arrivedNanos, String correlationId, List<String> trail) {
        Invocation nested = new Invocation(exchange, arrivedNanos);
        nested.correlationId(correlationId);
        nested.trail = trail;
        return nested;
    }

    /** The platforms that wait for it, the one that began first; empty for a request from outside. */
    public List<String> trail() {
        return trail;
    }

    /** The server's side of it. */
    public Exchange exchange() {
        return exchange;
    }

    /** Asks the connection for its peer now, so that it is known when the connection is gone. */
    public void pinPeer() {
        clientAddress = exchange.remoteAddress();
    }

    /** From where it comes: the peer, or whom trusted proxies in front name. */
    public String clientAddress() {
        return clientAddress == null ? exchange.remoteAddress() : clientAddress;
    }

    /** Set once, by the one that knows which proxies are trusted. */
    public void clientAddress(String address) {
        clientAddress = address;
    }

    /** When it arrived, until when it has to be answered, and how long the handler took. */
    public Timing timing() {
        return timing;
    }

    /** Its name in logs and answers. */
    public String correlationId() {
        return correlationId;
    }

    void correlationId(String id) {
        correlationId = id;
        fields.put("x-correlation-id", id);
    }

    /** The one reading of its path. */
    public CanonicalPath path() {
        return path;
    }

    void path(CanonicalPath value) {
        path = value;
    }

    /** Says that nothing is served at its path where it came in. */
    public void hidePath() {
        hidden = true;
    }

    /** Whether no route is to be found at its path, whatever there is. */
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

    /** Whether a route was looked up, whatever was found. */
    public boolean isRouted() {
        return endpoint != null;
    }

    /** Set once, by the one that looks up the route, with what its path template captured, in order. */
    public void endpoint(Endpoint value, List<String> captured) {
        endpoint = value;
        pathParameters = captured;
        timing.ofRoute(value.route().map(Route::deadline).orElse(Route.DEFAULT_DEADLINE));
    }

    /** The body: what was collected of it before, else what the client sends. */
    public InputStream body() {
        return collected == null ? exchange.body() : new ByteArrayInputStream(collected);
    }

    /** Puts the whole body in place, read by an interceptor; before the hand-over only. */
    public void collected(byte[] body) {
        collected = body;
    }

    /** What the path template captured, in order. */
    public List<String> pathParameters() {
        return pathParameters;
    }

    /** Who calls; empty where nobody was authenticated. */
    public Optional<Caller> caller() {
        return Optional.ofNullable(caller);
    }

    /** Set once, by authentication. */
    public void caller(Caller value) {
        caller = value;
    }

    /** Says that the answer depends on who calls, so that no shared cache may keep it (RFC 9111 section 3.5). */
    public void markPersonal() {
        fields.markPersonal();
    }

    /** Says on which fields of the request the answer depends, beside those that the route itself names. */
    public void varyOn(String names) {
        fields.varyOn(names);
    }

    /** The fields that were added to whatever answer there will be. */
    public Map<String, String> addedFields() {
        return fields.complete(new LinkedHashMap<>());
    }

    /** Adds a field to whatever answer there will be; before the hand-over only. */
    public void addHeader(String name, String value) {
        fields.put(name.toLowerCase(Locale.ROOT), value);
    }

    /**
     * Registers what looks at an answer before it is sent, and may change it; before the hand-over only. Steps run on
     * the thread that answers, the last one registered first, on problems too; on a streamed answer before its first
     * byte. One that throws ends the connection, so it must not.
     */
    public void onAnswer(Consumer<Answer> step) {
        steps.add(step);
    }

    /**
     * Registers what may keep a whole answer back, such as until it is stored, among the steps of {@link #onAnswer};
     * before the hand-over only.
     */
    public void onAnswerHold(AnswerHold hold) {
        steps.add(hold);
    }

    /**
     * Registers who is told once, on the thread that finds it out, that the answer is out or was broken off; before the
     * hand-over only. A handler may still be running then. Hooks must neither throw nor block.
     */
    public void onSent(Consumer<Sent> watcher) {
        watchers.add(watcher);
    }

    /** Registers what has to happen once it is complete; before the hand-over only. Hooks must not throw. */
    public void onComplete(Runnable hook) {
        hooks.add(hook);
    }

    /** Writes down what an interceptor did, such as {@code cache} and {@code hit}, for logs; before it is sent. */
    public void note(String topic, String what) {
        notes.put(topic, what);
    }

    /** What was written down on a topic; empty when nothing was. */
    public String note(String topic) {
        return notes.getOrDefault(topic, "");
    }

    /** Keeps it from completing until {@link #release}: some thread still works for it. */
    public void retain() {
        holders.incrementAndGet();
    }

    /** Ends one {@link #retain}. */
    public void release() {
        if (holders.decrementAndGet() == 0 && !complete.getAndSet(true)) {
            for (int i = hooks.size() - 1; i >= 0; i--) {
                hooks.get(i).run();
            }
        }
    }

    /** Takes the right to answer; whoever gets false must not. */
    public boolean claim() {
        return answered.compareAndSet(false, true);
    }

    /** Whether somebody has taken the right to answer. */
    public boolean isAnswered() {
        return answered.get();
    }

    /** Answers with a problem, unless somebody has answered. A fault of the host's own is logged and not told. */
    public void fail(Throwable failure) {
        if (!claim()) {
            return;
        }
        if (failure instanceof ProblemException problem) {
            problemSender.accept(this, problem);
            return;
        }
        LOG.error("request {} to {} failed in the host", correlationId, path.value(), failure);
        sendClaimed(Problems.internalError());
    }

    /** Has every problem of it written in another form, under another media type; before the hand-over only. */
    public void shapeProblems(UnaryOperator<ProblemException> form, String mediaType) {
        problemForm = form;
        problemMediaType = mediaType;
    }

    /**
     * Has problems with which it fails sent by another; before the hand-over only.
     *
     * @param sender calls {@link #sendClaimed(ProblemException)} once, now or later, on any thread
     */
    public void sendProblemsBy(BiConsumer<Invocation, ProblemException> sender) {
        problemSender = sender;
    }

    /**
     * Says what became of an answer that the server has given by itself, in place of every other: a page, or its refusal
     * of what is no request. Does nothing when somebody else has answered.
     */
    public void answeredByServer(Sent what) {
        if (claim()) {
            sent(what);
        }
    }

    /** Sends a problem; for the one that has claimed. */
    public void sendClaimed(ProblemException plain) {
        ProblemException problem = problemForm.apply(plain);
        Answer answer = Answer.whole(problem.status(), problem.headers(), NOTHING);
        answer.field("content-type", problemMediaType);
        if (answer.field("cache-control") == null) {
            answer.field("cache-control", NO_STORE);
        }
        send(() -> {
            answer.body(Problems.encode(problem, path.value(), correlationId));
            sendWhole(answer);
        });
    }

    /** Sends a response whose content is there already; for the one that has claimed. */
    public void sendClaimed(Response response, byte[] body) {
        sendClaimed(Answer.whole(response.status(), EncodedResponse.headers(response), body));
    }

    /** Sends a response without content; for the one that has claimed. */
    public void sendClaimed(Response response) {
        sendClaimed(response, NOTHING);
    }

    /** Sends a whole answer; for the one that has claimed. */
    public void sendClaimed(Answer answer) {
        send(() -> sendWhole(answer));
    }

    /**
     * Sends a response whose content is written now, on this thread; for the one that has claimed.
     *
     * @throws IOException when the client is gone or the writer failed; the connection is broken off then
     */
    public void streamClaimed(Response response, Response.Writer writer) throws IOException {
        Answer answer = Answer.streamed(response.status(), EncodedResponse.headers(response));
        CountingStream counted = new CountingStream();
        try {
            answer.dropOwned();
            steps.pass(answer);
            counted.to(exchange.stream(
                    answer.status(),
                    fields.complete(answer.own()),
                    whole -> sent(new Sent(answer.status(), counted.count(), whole))));
            OutputStream out = answer.coded(counted);
            writer.writeTo(out);
            out.close();
        } catch (IOException | RuntimeException | Error e) {
            exchange.abort(e);
            sent(new Sent(answer.status(), counted.count(), false));
            throw e;
        }
    }

    private void sendWhole(Answer answer) {
        answer.dropOwned();
        steps.pass(answer, this::send, () -> {
            byte[] body = answer.body();
            exchange.send(
                    answer.status(),
                    fields.complete(answer.own()),
                    body,
                    whole -> sent(new Sent(answer.status(), body.length, whole)));
        });
    }

    /** Whoever has claimed is the only one to answer, so an answer that cannot be sent still has to end the request. */
    private void send(Runnable sending) {
        try {
            sending.run();
        } catch (RuntimeException | Error e) {
            LOG.error("the answer to request {} could not be sent", correlationId, e);
            exchange.abort(e);
            sent(new Sent(500, 0, false));
        }
    }

    private void sent(Sent what) {
        if (!sent.getAndSet(true)) {
            try {
                for (int i = watchers.size() - 1; i >= 0; i--) {
                    watchers.get(i).accept(what);
                }
            } finally {
                release();
            }
        }
    }
}
