package dev.busbar.host.pipeline;

import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.internal.CanonicalPath;
import dev.busbar.plugin.internal.Problems;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
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
    private static final byte[] NOTHING = new byte[0];
    /** Fields that belong to the server or the host; a plugin's own value for them is dropped. */
    private static final Set<String> OWNED = Set.of(
            "access-control-allow-credentials",
            "access-control-allow-headers",
            "access-control-allow-methods",
            "access-control-allow-origin",
            "access-control-allow-private-network",
            "access-control-expose-headers",
            "access-control-max-age",
            "connection",
            "content-length",
            "date",
            "keep-alive",
            "proxy-connection",
            "server",
            "strict-transport-security",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "x-content-type-options",
            "x-correlation-id");

    private static final String NO_STORE = "no-store";
    private static final String CREDENTIALS = "Authorization, X-API-Key";

    private final Exchange exchange;
    private final long arrivedNanos;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final AtomicBoolean sent = new AtomicBoolean();
    private final AtomicInteger holders = new AtomicInteger(1);
    private final List<Runnable> hooks = new ArrayList<>(2);
    private final Map<String, String> headers = new LinkedHashMap<>(4);
    private String correlationId = "";
    private CanonicalPath path = CanonicalPath.NONE;
    private @Nullable Endpoint endpoint;
    private @Nullable Caller caller;
    private @Nullable String clientAddress;
    private List<String> pathParameters = List.of();
    private String vary = "";
    private UnaryOperator<ProblemException> problemForm = UnaryOperator.identity();
    private String problemMediaType = Problems.MEDIA_TYPE;
    private BiConsumer<Invocation, ProblemException> problemSender = Invocation::sendClaimed;
    private boolean personal;
    private boolean hidden;

    /**
     * Starts an invocation.
     *
     * @param arrivedNanos when it arrived, by {@link System#nanoTime()}
     */
    public Invocation(Exchange exchange, long arrivedNanos) {
        this.exchange = exchange;
        this.arrivedNanos = arrivedNanos;
    }

    /** The server's side of it. */
    public Exchange exchange() {
        return exchange;
    }

    /** From where it comes: the peer, or whom trusted proxies in front name. */
    public String clientAddress() {
        return clientAddress == null ? exchange.remoteAddress() : clientAddress;
    }

    /** Set once, by the one that knows which proxies are trusted. */
    public void clientAddress(String address) {
        clientAddress = address;
    }

    /** When it arrived, by {@link System#nanoTime()}. */
    public long arrivedNanos() {
        return arrivedNanos;
    }

    /** Its name in logs and answers. */
    public String correlationId() {
        return correlationId;
    }

    void correlationId(String id) {
        correlationId = id;
        headers.put("x-correlation-id", id);
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

    /** Set once, by the one that looks up the route, with what its path template captured, in order. */
    public void endpoint(Endpoint value, List<String> captured) {
        endpoint = value;
        pathParameters = captured;
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
        if (!personal) {
            personal = true;
            varyOn(CREDENTIALS);
        }
    }

    /** Says on which fields of the request the answer depends, beside those that the route itself names. */
    public void varyOn(String names) {
        vary = vary.isEmpty() ? names : vary + ", " + names;
    }

    /** The fields that were added to whatever answer there will be. */
    public Map<String, String> addedFields() {
        return fields(new LinkedHashMap<>(headers));
    }

    /** Adds a field to whatever answer there will be; before the hand-over only. */
    public void addHeader(String name, String value) {
        headers.put(name.toLowerCase(Locale.ROOT), value);
    }

    /** Registers what has to happen once it is complete; before the hand-over only. Hooks must not throw. */
    public void onComplete(Runnable hook) {
        hooks.add(hook);
    }

    /** Keeps it from completing until {@link #release}: some thread still works for it. */
    public void retain() {
        holders.incrementAndGet();
    }

    /** Ends one {@link #retain}. */
    public void release() {
        if (holders.decrementAndGet() == 0) {
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

    /** Sends a problem; for the one that has claimed. */
    public void sendClaimed(ProblemException plain) {
        send(() -> {
            ProblemException problem = problemForm.apply(plain);
            Map<String, String> fields = merge(problem.headers());
            fields.put("content-type", problemMediaType);
            fields.putIfAbsent("cache-control", NO_STORE);
            byte[] body = Problems.encode(problem, path.value(), correlationId);
            exchange.send(problem.status(), fields(fields), body, this::sent);
        });
    }

    /** Sends a response whose content is there already; for the one that has claimed. */
    public void sendClaimed(Response response, byte[] body) {
        send(() -> exchange.send(response.status(), fields(merge(response.headers())), body, this::sent));
    }

    /** Sends a response without content; for the one that has claimed. */
    public void sendClaimed(Response response) {
        sendClaimed(response, NOTHING);
    }

    /**
     * Sends a response whose content is written now, on this thread; for the one that has claimed.
     *
     * @throws IOException when the client is gone or the writer failed; the connection is broken off then
     */
    public void streamClaimed(Response response, Response.Writer writer) throws IOException {
        try {
            OutputStream out = exchange.stream(response.status(), fields(merge(response.headers())), this::sent);
            writer.writeTo(out);
            out.close();
        } catch (IOException | RuntimeException | Error e) {
            exchange.abort(e);
            sent();
            throw e;
        }
    }

    /** Whoever has claimed is the only one to answer, so an answer that cannot be sent still has to end the request. */
    private void send(Runnable sending) {
        try {
            sending.run();
        } catch (RuntimeException | Error e) {
            LOG.error("the answer to request {} could not be sent", correlationId, e);
            exchange.abort(e);
            sent();
        }
    }

    private void sent() {
        if (!sent.getAndSet(true)) {
            release();
        }
    }

    private Map<String, String> merge(Map<String, String> answered) {
        Map<String, String> fields = new LinkedHashMap<>(headers);
        answered.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!OWNED.contains(lower)) {
                fields.put(lower, value);
            }
        });
        return fields;
    }

    private Map<String, String> fields(Map<String, String> fields) {
        if (personal) {
            String cache = fields.getOrDefault("cache-control", "");
            if (!cache.equals(NO_STORE) && Collections.disjoint(list(cache), List.of("private", NO_STORE))) {
                fields.put("cache-control", "private");
            }
        }
        if (!vary.isEmpty()) {
            fields.merge("vary", vary, (own, ours) -> list(own).contains("*") ? own : own + ", " + ours);
        }
        return fields;
    }

    private static List<String> list(String value) {
        return Arrays.stream(value.toLowerCase(Locale.ROOT).split(","))
                .map(String::strip)
                .toList();
    }
}
