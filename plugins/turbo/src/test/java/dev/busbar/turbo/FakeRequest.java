package dev.busbar.turbo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.busbar.core.JsonCodec;
import dev.busbar.core.ParameterValues;
import dev.busbar.plugin.HttpMethod;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.Principal;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.TypeRef;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A request as the host would hand it over, whose JSON is bound as the host does. */
record FakeRequest(Map<String, String> headers, List<Map.Entry<String, String>> query, InputStream body)
        implements Request {
    static final JsonCodec CODEC = new JsonCodec(FakeRequest.class.getClassLoader());

    static FakeRequest csv(InputStream body, String... query) {
        return new FakeRequest(Map.of("content-type", "text/csv"), pairs(query), body);
    }

    static FakeRequest csv(String body, String... query) {
        return csv(new ByteArrayInputStream(body.getBytes(UTF_8)), query);
    }

    static FakeRequest json(String body, String... query) {
        byte[] bytes = body.getBytes(UTF_8);
        Map<String, String> headers =
                Map.of("content-type", "application/json", "content-length", String.valueOf(bytes.length));
        return new FakeRequest(headers, pairs(query), new ByteArrayInputStream(bytes));
    }

    FakeRequest withHeaders(Map<String, String> value) {
        return new FakeRequest(value, query, body);
    }

    private static List<Map.Entry<String, String>> pairs(String... query) {
        return List.of(query).stream()
                .map(pair -> Map.entry(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1)))
                .toList();
    }

    @Override
    public HttpMethod method() {
        return HttpMethod.POST;
    }

    @Override
    public String path() {
        return "/audits";
    }

    @Override
    public String pathParameter(String name) {
        throw new IllegalArgumentException(name);
    }

    @Override
    public <T> T get(Parameter<T> parameter) {
        return ParameterValues.read(Audits.route(), this).get(parameter);
    }

    @Override
    public Optional<String> query(String name) {
        return queryAll(name).stream().findFirst();
    }

    @Override
    public List<String> queryAll(String name) {
        return query.stream()
                .filter(pair -> pair.getKey().equals(name))
                .map(Map.Entry::getValue)
                .toList();
    }

    @Override
    public List<String> queryNames() {
        return query.stream().map(Map.Entry::getKey).distinct().toList();
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    @Override
    public List<String> headerAll(String name) {
        return header(name).stream().toList();
    }

    @Override
    public <T> T json(TypeRef<T> type) {
        try {
            return CODEC.decode(body, type);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public Optional<Principal> principal() {
        return Optional.empty();
    }

    @Override
    public String correlationId() {
        return "test-0001";
    }

    @Override
    public Instant deadline() {
        return Instant.MAX;
    }
}
