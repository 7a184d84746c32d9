package dev.busbar.host.routing;

import static java.util.Objects.requireNonNull;

import dev.busbar.core.ParameterValues;
import dev.busbar.core.QueryParameters;
import dev.busbar.core.RequestBody;
import dev.busbar.core.SeenFields;
import dev.busbar.host.bodies.BoundBody;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.CallerAware;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.InvocationAware;
import dev.busbar.plugin.HttpMethod;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.Principal;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.TypeRef;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The request of a handler: a view of its invocation without credentials. Used by the thread of one {@link
 * RequestEntry}.
 */
final class HandlerRequest implements Request, CallerAware, InvocationAware {
    private static final AtomicReferenceFieldUpdater<HandlerRequest, @Nullable BoundBody> BOUND =
            AtomicReferenceFieldUpdater.newUpdater(HandlerRequest.class, BoundBody.class, "bound");

    private final Invocation invocation;
    private final RouteEndpoint endpoint;
    private final RequestBody body;
    private @Nullable Map<String, List<String>> query;
    private ParameterValues parameters = ParameterValues.NONE;
    private volatile @Nullable BoundBody bound;
    private volatile boolean ended;

    HandlerRequest(Invocation invocation, RouteEndpoint endpoint, RequestBody body) {
        this.invocation = invocation;
        this.endpoint = endpoint;
        this.body = body;
    }

    @Override
    public HttpMethod method() {
        return endpoint.declaration().method();
    }

    @Override
    public String path() {
        List<String> segments = invocation.path().segments();
        boolean mounted = segments.size() > 1 && segments.get(0).equals("api");
        return mounted
                ? "/" + String.join("/", segments.subList(2, segments.size()))
                : invocation.path().value();
    }

    @Override
    public String pathParameter(String name) {
        int index = endpoint.parameters().indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException("path parameter: \"" + name + "\" (expected: one of "
                    + endpoint.parameters() + " of " + endpoint.declaration() + ")");
        }
        return invocation.pathParameters().get(index);
    }

    /** Reads the declared parameters. Called once, on the thread of the handler, before the handler. */
    void readParameters() {
        parameters = ParameterValues.read(endpoint.declaration(), this);
    }

    @Override
    public <T> T get(Parameter<T> parameter) {
        return parameters.get(parameter);
    }

    @Override
    public Optional<String> query(String name) {
        return queryAll(name).stream().findFirst();
    }

    @Override
    public List<String> queryAll(String name) {
        return query().getOrDefault(name, List.of());
    }

    @Override
    public List<String> queryNames() {
        return List.copyOf(query().keySet());
    }

    @Override
    public Optional<String> header(String name) {
        return headerAll(name).stream().findFirst();
    }

    @Override
    public List<String> headerAll(String name) {
        if (SeenFields.isSeen(endpoint.declaration(), name)) {
            return invocation.exchange().headers(name);
        }
        boolean missed = SeenFields.isUndeclared(endpoint.declaration(), name)
                && !invocation.exchange().headers(name).isEmpty();
        if (missed) {
            endpoint.noteUndeclared(name);
        }
        return List.of();
    }

    @Override
    public InputStream body() {
        return body;
    }

    @Override
    public <T> T json(TypeRef<T> type) {
        try {
            return endpoint.json().decode(admitted(), type);
        } catch (IOException e) {
            throw new UncheckedIOException("the body could not be read", e);
        }
    }

    /** The body, for which there is memory: the objects that it is bound to take several times its size. */
    private InputStream admitted() {
        long length = invocation.bodyLength();
        if (BoundBody.isFree(length)) {
            return body;
        }
        if (bound == null) {
            boolean unused = BOUND.compareAndSet(this, null, endpoint.bodies().bound(invocation));
        }
        InputStream counted = requireNonNull(bound).over(body, length);
        if (ended) { // a thread of the plugin's own that is late
            end();
        }
        return counted;
    }

    /** Returns the memory of bound objects. Called when the handler has returned. */
    void end() {
        ended = true;
        BoundBody taken = bound;
        if (taken != null) {
            taken.release();
        }
    }

    @Override
    public Optional<Principal> principal() {
        return SeenFields.isCallerSeen(endpoint.declaration())
                ? invocation.caller().map(Caller::principal)
                : Optional.empty();
    }

    @Override
    public Optional<Caller> caller() {
        return invocation.caller();
    }

    @Override
    public Invocation invocation() {
        return invocation;
    }

    @Override
    public String clientAddress() {
        return invocation.clientAddress();
    }

    @Override
    public String correlationId() {
        return invocation.correlationId();
    }

    @Override
    public Instant deadline() {
        long limit = invocation.timing().dueNanos() + body.waitedNanos();
        return Instant.now().plusNanos(limit - System.nanoTime());
    }

    private Map<String, List<String>> query() {
        if (query == null) {
            query = QueryParameters.parse(invocation.exchange().rawQuery());
        }
        return query;
    }
}
