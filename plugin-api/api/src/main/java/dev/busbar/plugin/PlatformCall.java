package dev.busbar.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.net.URLEncoder;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A request to a route of another platform. Immutable; each method that changes something returns a copy. */
public final class PlatformCall {
    private static final Pattern PARAMETER = Pattern.compile("\\{[^/{}]*}");
    /** The headers that the host sets from the caller, and those of a connection, which mean nothing here. */
    private static final Set<String> REFUSED =
            Set.of("authorization", "connection", "content-length", "cookie", "host", "transfer-encoding", "x-api-key");

    private final Data data;

    /** Changed only between {@link #copy} and the making of the call that keeps it. */
    private static final class Data {
        final HttpMethod method;
        final String path;
        String query = "";
        Map<String, String> headers = Map.of();
        byte[] bytes = new byte[0];

        @Nullable Object value;

        @Nullable Duration deadline;

        @Nullable Request onBehalfOf;

        Data(HttpMethod method, String path) {
            this.method = method;
            this.path = path;
        }

        Data copy() {
            Data copy = new Data(method, path);
            copy.query = query;
            copy.headers = headers;
            copy.bytes = bytes;
            copy.value = value;
            copy.deadline = deadline;
            copy.onBehalfOf = onBehalfOf;
            return copy;
        }
    }

    private PlatformCall(Data data) {
        this.data = data;
    }

    private static PlatformCall of(HttpMethod method, String template, Object... values) {
        if (!template.startsWith("/") || template.indexOf('?') >= 0) {
            throw new IllegalArgumentException(
                    "path of a call: \"" + template + "\" (expected: starts with '/', without" + " a query)");
        }
        return new PlatformCall(new Data(method, fill(template, values)));
    }

    private PlatformCall with(Consumer<Data> change) {
        Data copy = data.copy();
        change.accept(copy);
        return new PlatformCall(copy);
    }

    private static String fill(String template, Object... values) {
        Matcher matcher = PARAMETER.matcher(template);
        StringBuilder path = new StringBuilder();
        int next = 0;
        while (matcher.find()) {
            if (next == values.length) {
                throw mismatch(template, values);
            }
            String encoded = encode(String.valueOf(values[next++]));
            matcher.appendReplacement(path, Matcher.quoteReplacement(encoded));
        }
        if (next < values.length) {
            throw mismatch(template, values);
        }
        return matcher.appendTail(path).toString();
    }

    private static IllegalArgumentException mismatch(String template, Object... values) {
        return new IllegalArgumentException("path of a call: \"" + template + "\" with " + values.length
                + " values (expected: one for each parameter)");
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    /**
     * A call with {@code GET}.
     *
     * @param template the path below the platform's mount, such as {@code /audits/{id}}
     * @param values a value for each parameter in order, written by {@code toString()} and encoded here. One with a slash, a backslash or
     *     control characters is answered 400, because such a path can be read in two ways
     * @throws IllegalArgumentException when the path does not start with a slash, has a query, or parameters and values
     *     are not as many
     */
    public static PlatformCall get(String template, Object... values) {
        return of(HttpMethod.GET, template, values);
    }

    /** A call with {@code POST}; see {@link #get}. */
    public static PlatformCall post(String template, Object... values) {
        return of(HttpMethod.POST, template, values);
    }

    /** A call with {@code PUT}; see {@link #get}. */
    public static PlatformCall put(String template, Object... values) {
        return of(HttpMethod.PUT, template, values);
    }

    /** A call with {@code PATCH}; see {@link #get}. */
    public static PlatformCall patch(String template, Object... values) {
        return of(HttpMethod.PATCH, template, values);
    }

    /** A call with {@code DELETE}; see {@link #get}. */
    public static PlatformCall delete(String template, Object... values) {
        return of(HttpMethod.DELETE, template, values);
    }

    /** Adds a query parameter; it is encoded here. */
    public PlatformCall query(String name, String value) {
        String pair = encode(name) + "=" + encode(value);
        String query = data.query.isEmpty() ? pair : data.query + "&" + pair;
        return with(copy -> copy.query = query);
    }

    /**
     * Sets a header; an earlier value is replaced.
     *
     * @throws IllegalArgumentException when name or value is invalid, or the header carries a credential or is specific to a
     *     connection
     */
    public PlatformCall header(String name, String value) {
        HttpSyntax.checkHeader(name, value);
        String lower = name.toLowerCase(Locale.ROOT);
        if (REFUSED.contains(lower)) {
            throw new IllegalArgumentException(
                    "header of a call: \"" + name + "\" (expected: none of " + REFUSED + ")");
        }
        Map<String, String> headers = new LinkedHashMap<>(data.headers);
        headers.put(lower, value);
        return with(copy -> copy.headers = Map.copyOf(headers));
    }

    /** Sets the body: a value, written as JSON when the call is made. */
    public PlatformCall json(Object value) {
        requireNonNull(value, "value");
        return header("content-type", "application/json").with(copy -> {
            copy.value = value;
            copy.bytes = new byte[0];
        });
    }

    /** Sets the body. */
    public PlatformCall body(String mediaType, byte[] bytes) {
        return header("content-type", mediaType).with(copy -> {
            copy.value = null;
            copy.bytes = bytes.clone();
        });
    }

    /**
     * Sets the max duration of the call; past it the response is a 504. Within a request, nine tenths of its remaining time
     * apply, too.
     *
     * @throws IllegalArgumentException when it is not positive
     */
    public PlatformCall deadline(Duration deadline) {
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("deadline of a call: " + deadline + " (expected: above 0)");
        }
        return with(copy -> copy.deadline = deadline);
    }

    /** Sets the request on whose behalf the call is made; needed on any thread other than the one that handles that request. */
    public PlatformCall onBehalfOf(Request request) {
        requireNonNull(request, "request");
        return with(copy -> copy.onBehalfOf = request);
    }

    /** The method. */
    public HttpMethod method() {
        return data.method;
    }

    /** The path below the platform's mount, encoded. */
    public String path() {
        return data.path;
    }

    /** The query, encoded; empty by default. */
    public String query() {
        return data.query;
    }

    /** The headers, names in lower case. */
    public Map<String, String> headers() {
        return data.headers;
    }

    /** The value that is written as JSON; empty by default, and where the body is bytes. */
    public Optional<Object> value() {
        return Optional.ofNullable(data.value);
    }

    /** The body where it is bytes; empty by default. */
    public byte[] bytes() {
        return data.bytes.clone();
    }

    /** The max duration of the call; empty by default. */
    public Optional<Duration> deadline() {
        return Optional.ofNullable(data.deadline);
    }

    /** The request on whose behalf it is made; empty by default. */
    public Optional<Request> onBehalfOf() {
        return Optional.ofNullable(data.onBehalfOf);
    }

    @Override
    public String toString() {
        return data.method + " " + data.path;
    }
}
