package dev.busbar.plugin.testing;

import dev.busbar.core.CanonicalPath;
import dev.busbar.core.JsonCodec;
import dev.busbar.core.ParameterValues;
import dev.busbar.core.QueryParameters;
import dev.busbar.core.RequestBody;
import dev.busbar.core.RouteSet;
import dev.busbar.core.SeenFields;
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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A call as a handler sees it. Used by the thread of one call. */
final class TestRequest implements Request {
    private final Sent sent;
    private final TestRoute route;
    private final List<String> captured;
    private final Optional<Principal> principal;
    private final JsonCodec json;
    private final Instant deadline;
    private final String correlationId = UUID.randomUUID().toString();
    private ParameterValues parameters = ParameterValues.NONE;

    /**
     * What the test sent.
     *
     * @param path as sent, still encoded
     * @param query as sent, still encoded
     * @param headers by name in lower case
     */
    record Sent(String path, String query, Map<String, List<String>> headers, RequestBody body) {}

    TestRequest(
            Sent sent,
            RouteSet.Found<TestRoute> found,
            Optional<Principal> principal,
            JsonCodec json,
            Instant deadline) {
        this.sent = sent;
        this.route = found.entry();
        this.captured = found.captured();
        this.principal = principal;
        this.json = json;
        this.deadline = deadline;
    }

    @Override
    public HttpMethod method() {
        return route.route().method();
    }

    @Override
    public String path() {
        return CanonicalPath.parse(sent.path()).value();
    }

    @Override
    public String pathParameter(String name) {
        int index = route.parameters().indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException("path parameter: \"" + name + "\" (expected: one of "
                    + route.parameters() + " of " + route.route() + ")");
        }
        return captured.get(index);
    }

    /** Reads the declared parameters. Called once, on the thread of the handler, before the handler. */
    void readParameters() {
        parameters = ParameterValues.read(route.route(), this);
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
        return QueryParameters.parse(sent.query()).getOrDefault(name, List.of());
    }

    @Override
    public List<String> queryNames() {
        return List.copyOf(QueryParameters.parse(sent.query()).keySet());
    }

    @Override
    public Optional<String> header(String name) {
        return headerAll(name).stream().findFirst();
    }

    @Override
    public List<String> headerAll(String name) {
        if (!SeenFields.isSeen(route.route(), name)) {
            return List.of();
        }
        return sent.headers().getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    @Override
    public InputStream body() {
        return sent.body();
    }

    @Override
    public <T> T json(TypeRef<T> type) {
        try {
            return json.decode(sent.body(), type);
        } catch (IOException e) {
            throw new UncheckedIOException("the body could not be read", e);
        }
    }

    @Override
    public Optional<Principal> principal() {
        return SeenFields.isCallerSeen(route.route()) ? principal : Optional.empty();
    }

    @Override
    public String correlationId() {
        return correlationId;
    }

    @Override
    public Instant deadline() {
        return deadline;
    }
}
