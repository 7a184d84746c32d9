package dev.busbar.host.routing;

import dev.busbar.core.ParameterValues;
import dev.busbar.core.QueryParameters;
import dev.busbar.core.RequestBody;
import dev.busbar.core.SeenFields;
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
import org.jspecify.annotations.Nullable;

/**
 * The request of a handler: a view of its invocation without credentials. Used by the thread of one {@link
 * RequestEntry}.
 */
final class HandlerRequest implements Request, CallerAware, InvocationAware {
    private final Invocation invocation;
    private final RouteEndpoint endpoint;
    private final RequestBody body;
    private @Nullable Map<String, List<String>> query;
    private ParameterValues parameters = ParameterValues.NONE;

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
        return SeenFields.isSeen(endpoint.declaration(), name)
                ? invocation.exchange().headers(name)
                : List.of();
    }

    @Override
    public InputStream body() {
        return body;
    }

    @Override
    public <T> T json(TypeRef<T> type) {
        try {
            return endpoint.json().decode(body, type);
        } catch (IOException e) {
            throw new UncheckedIOException("the body could not be read", e);
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
        long limit = invocation.timing().dueNanos();
        return Instant.now().plusNanos(limit - System.nanoTime());
    }

    private Map<String, List<String>> query() {
        if (query == null) {
            query = QueryParameters.parse(invocation.exchange().rawQuery());
        }
        return query;
    }
}
