package dev.busbar.plugin;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One operation that a platform serves, as data: immutable, declared in {@link Platform#routes()}, read once by the
 * host after {@link Platform#start}. Each method that changes something returns a copy.
 *
 * <p>A path starts with {@code /} and is relative to the platform's mount {@code /api/<plugin id>}; a segment is a
 * literal or a parameter such as {@code {id}} that matches one segment. A literal wins over a parameter.
 *
 * <p>The types of body and response are best given to the factory, which binds, documents and lets the compiler check
 * them; a handler that chooses its status or headers returns a {@link Response}:
 *
 * <pre>{@code
 * Route.get("/bills/{id}", Bill.class, request -> bills.find(request.get(ID)))
 * Route.post("/sums", Bill.class, Sum.class, (request, bill) -> bill.sum())
 * Route.post("/bills/{id}/reminders", NO_BODY, Bill.class, request -> bills.remind(request.get(ID)))
 * Route.delete("/bills/{id}", NO_CONTENT, request -> bills.remove(request.get(ID)))
 * Route.post("/bills", Bill.class, (request, bill) -> Response.created(bills.add(bill), bill)).returns(201, Bill.class)
 * }</pre>
 */
public final class Route {
    /** The default deadline of a route, queueing included: 10 s. */
    public static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(10);
    /** The default max size of a request body: 1 MiB. */
    public static final long DEFAULT_MAX_BODY_BYTES = 1L << 20;

    private static final int MAX_COST = 1_000_000;

    private final Data data;

    /** Stands in the place of a response's type where a route returns nothing; static imports read best. */
    public enum NoContent {
        /** Nothing: the response is 204. */
        NO_CONTENT
    }

    /** Stands in the place of a body's type where a route has none that is bound; static imports read best. */
    public enum NoBody {
        /** None: a request has no body, or the handler reads it. */
        NO_BODY
    }

    /** Changed only between {@link #copy} and the making of the route that has it. */
    private static final class Data {
        final HttpMethod method;
        final String path;
        final Handler handler;

        @Nullable Access access;

        String summary = "";
        Duration deadline = DEFAULT_DEADLINE;
        long maxBodyBytes = DEFAULT_MAX_BODY_BYTES;
        int cost = 1;
        List<String> consumes = List.of();

        @Nullable CachePolicy cache;

        boolean pure;
        Set<String> invalidates = Set.of();

        @Nullable Type bodyType;

        String description = "";
        List<Parameter<?>> parameters = List.of();
        SortedMap<Integer, Optional<Type>> responses = new TreeMap<>();
        List<String> produces = List.of();
        List<RouteProblem> problems = List.of();
        List<RouteExample> examples = List.of();

        @Nullable Deprecation deprecation;

        Data(HttpMethod method, String path, Handler handler) {
            this.method = method;
            this.path = path;
            this.handler = handler;
        }

        List<RouteResponse> responses() {
            if (responses.isEmpty() && !produces.isEmpty()) {
                return List.of(RouteResponse.of(200, Optional.empty(), produces));
            }
            List<String> mediaTypes = produces.isEmpty() ? List.of(HttpSyntax.JSON) : produces;
            return responses.entrySet().stream()
                    .map(response -> RouteResponse.of(
                            response.getKey(),
                            response.getValue(),
                            response.getValue().isEmpty() ? List.of() : mediaTypes))
                    .toList();
        }

        Data copy() {
            Data copy = new Data(method, path, handler);
            copy.access = access;
            copy.summary = summary;
            copy.deadline = deadline;
            copy.maxBodyBytes = maxBodyBytes;
            copy.cost = cost;
            copy.consumes = consumes;
            copy.cache = cache;
            copy.pure = pure;
            copy.invalidates = invalidates;
            copy.bodyType = bodyType;
            copy.description = description;
            copy.parameters = parameters;
            copy.responses = new TreeMap<>(responses);
            copy.produces = produces;
            copy.problems = problems;
            copy.examples = examples;
            copy.deprecation = deprecation;
            return copy;
        }
    }

    private Route(Data data) {
        this.data = data;
    }

    private static Route of(HttpMethod method, String path, @Nullable Type bodyType, Handler handler) {
        requireNonNull(handler, "handler");
        if (!requireNonNull(path, "path").startsWith("/")) {
            throw new IllegalArgumentException("route path: \"" + path + "\" (expected: starts with '/')");
        }
        Data data = new Data(method, path, handler);
        if (bodyType != null) {
            data.bodyType = bodyType;
            data.consumes = List.of(HttpSyntax.JSON);
        }
        return new Route(data);
    }

    private Route with(Consumer<Data> change) {
        Data copy = data.copy();
        change.accept(copy);
        return new Route(copy);
    }

    private static <B> Route bound(HttpMethod method, String path, TypeRef<B> bodyType, Handler.WithBody<B> handler) {
        requireNonNull(bodyType, "bodyType");
        requireNonNull(handler, "handler");
        return of(method, path, bodyType.type(), request -> handler.handle(request, request.json(bodyType)));
    }

    private static <R> Route returning(HttpMethod method, String path, TypeRef<R> type, Handler.Returning<R> handler) {
        requireNonNull(handler, "handler");
        requireValue(method, path, type);
        return of(method, path, null, request -> json(method, path, handler.handle(request)))
                .returns(type);
    }

    private static <B, R> Route returning(
            HttpMethod method,
            String path,
            TypeRef<B> bodyType,
            TypeRef<R> type,
            Handler.WithBodyReturning<B, R> handler) {
        requireNonNull(handler, "handler");
        requireValue(method, path, type);
        return bound(method, path, bodyType, (request, body) -> json(method, path, handler.handle(request, body)))
                .returns(type);
    }

    private static Route acting(HttpMethod method, String path, NoContent nothing, Handler.Action action) {
        requireNonNull(nothing, "nothing");
        requireNonNull(action, "action");
        return of(method, path, null, request -> {
                    action.handle(request);
                    return Response.noContent();
                })
                .returns(204);
    }

    private static <B> Route acting(
            HttpMethod method, String path, TypeRef<B> bodyType, NoContent nothing, Handler.ActionWithBody<B> action) {
        requireNonNull(nothing, "nothing");
        requireNonNull(action, "action");
        return bound(method, path, bodyType, (request, body) -> {
                    action.handle(request, body);
                    return Response.noContent();
                })
                .returns(204);
    }

    private static void requireValue(HttpMethod method, String path, TypeRef<?> type) {
        boolean isValue = type.type() != Response.class && type.type() != Void.class && type.type() != void.class;
        if (!isValue) {
            throw new IllegalArgumentException("route " + method + " " + path + " returns " + type
                    + " (expected: the type of a JSON value, NO_CONTENT, or a handler alone that returns a Response)");
        }
    }

    private static Response json(HttpMethod method, String path, @Nullable Object value) {
        if (value == null) {
            throw new IllegalStateException("the handler of " + method + " " + path + " returned null");
        }
        return Response.json(value);
    }

    /** A route for {@code GET} and {@code HEAD}. */
    public static Route get(String path, Handler handler) {
        return of(HttpMethod.GET, path, null, handler);
    }

    /** A route for {@code GET} and {@code HEAD} that returns a value as JSON. */
    public static <R> Route get(String path, Class<R> type, Handler.Returning<R> handler) {
        return get(path, TypeRef.of(type), handler);
    }

    /** A route for {@code GET} and {@code HEAD} that returns a value as JSON. */
    public static <R> Route get(String path, TypeRef<R> type, Handler.Returning<R> handler) {
        return returning(HttpMethod.GET, path, type, handler);
    }

    /** A route for {@code POST} whose handler reads the body itself. */
    public static Route post(String path, Handler handler) {
        return of(HttpMethod.POST, path, null, handler);
    }

    /** A route for {@code POST} whose JSON body is bound to a type, a record for example. */
    public static <B> Route post(String path, Class<B> bodyType, Handler.WithBody<B> handler) {
        return post(path, TypeRef.of(bodyType), handler);
    }

    /** A route for {@code POST} whose JSON body is bound to a type with type arguments. */
    public static <B> Route post(String path, TypeRef<B> bodyType, Handler.WithBody<B> handler) {
        return bound(HttpMethod.POST, path, bodyType, handler);
    }

    /** A route for {@code POST} whose JSON body is bound to a type, and which returns a value as JSON. */
    public static <B, R> Route post(
            String path, Class<B> bodyType, Class<R> type, Handler.WithBodyReturning<B, R> handler) {
        return post(path, TypeRef.of(bodyType), TypeRef.of(type), handler);
    }

    /** A route for {@code POST} whose JSON body is bound to a type, and which returns a value as JSON. */
    public static <B, R> Route post(
            String path, TypeRef<B> bodyType, TypeRef<R> type, Handler.WithBodyReturning<B, R> handler) {
        return returning(HttpMethod.POST, path, bodyType, type, handler);
    }

    /** A route for {@code POST} whose JSON body is bound to a type, and which returns a value as JSON. */
    public static <B, R> Route post(
            String path, Class<B> bodyType, TypeRef<R> type, Handler.WithBodyReturning<B, R> handler) {
        return post(path, TypeRef.of(bodyType), type, handler);
    }

    /** A route for {@code POST} whose JSON body is bound to a type, and which returns a value as JSON. */
    public static <B, R> Route post(
            String path, TypeRef<B> bodyType, Class<R> type, Handler.WithBodyReturning<B, R> handler) {
        return post(path, bodyType, TypeRef.of(type), handler);
    }

    /** A route for {@code POST} without a bound body, which returns a value as JSON. */
    public static <R> Route post(String path, NoBody nothing, Class<R> type, Handler.Returning<R> handler) {
        return post(path, nothing, TypeRef.of(type), handler);
    }

    /** A route for {@code POST} without a bound body, which returns a value as JSON. */
    public static <R> Route post(String path, NoBody nothing, TypeRef<R> type, Handler.Returning<R> handler) {
        requireNonNull(nothing, "nothing");
        return returning(HttpMethod.POST, path, type, handler);
    }

    /** A route for {@code POST} without a body, which returns nothing: 204. */
    public static Route post(String path, NoContent nothing, Handler.Action action) {
        return acting(HttpMethod.POST, path, nothing, action);
    }

    /** A route for {@code POST} whose JSON body is bound to a type, and which returns nothing: 204. */
    public static <B> Route post(String path, Class<B> bodyType, NoContent nothing, Handler.ActionWithBody<B> action) {
        return post(path, TypeRef.of(bodyType), nothing, action);
    }

    /** A route for {@code POST} whose JSON body is bound to a type, and which returns nothing: 204. */
    public static <B> Route post(
            String path, TypeRef<B> bodyType, NoContent nothing, Handler.ActionWithBody<B> action) {
        return acting(HttpMethod.POST, path, bodyType, nothing, action);
    }

    /** A route for {@code PUT} whose handler reads the body itself. */
    public static Route put(String path, Handler handler) {
        return of(HttpMethod.PUT, path, null, handler);
    }

    /** A route for {@code PUT} whose JSON body is bound to a type, a record for example. */
    public static <B> Route put(String path, Class<B> bodyType, Handler.WithBody<B> handler) {
        return put(path, TypeRef.of(bodyType), handler);
    }

    /** A route for {@code PUT} whose JSON body is bound to a type with type arguments. */
    public static <B> Route put(String path, TypeRef<B> bodyType, Handler.WithBody<B> handler) {
        return bound(HttpMethod.PUT, path, bodyType, handler);
    }

    /** A route for {@code PUT} whose JSON body is bound to a type, and which returns a value as JSON. */
    public static <B, R> Route put(
            String path, Class<B> bodyType, Class<R> type, Handler.WithBodyReturning<B, R> handler) {
        return put(path, TypeRef.of(bodyType), TypeRef.of(type), handler);
    }

    /** A route for {@code PUT} whose JSON body is bound to a type, and which returns a value as JSON. */
    public static <B, R> Route put(
            String path, TypeRef<B> bodyType, TypeRef<R> type, Handler.WithBodyReturning<B, R> handler) {
        return returning(HttpMethod.PUT, path, bodyType, type, handler);
    }

    /** A route for {@code PUT} whose JSON body is bound to a type, and which returns a value as JSON. */
    public static <B, R> Route put(
            String path, Class<B> bodyType, TypeRef<R> type, Handler.WithBodyReturning<B, R> handler) {
        return put(path, TypeRef.of(bodyType), type, handler);
    }

    /** A route for {@code PUT} whose JSON body is bound to a type, and which returns a value as JSON. */
    public static <B, R> Route put(
            String path, TypeRef<B> bodyType, Class<R> type, Handler.WithBodyReturning<B, R> handler) {
        return put(path, bodyType, TypeRef.of(type), handler);
    }

    /** A route for {@code PUT} without a bound body, which returns a value as JSON. */
    public static <R> Route put(String path, NoBody nothing, Class<R> type, Handler.Returning<R> handler) {
        return put(path, nothing, TypeRef.of(type), handler);
    }

    /** A route for {@code PUT} without a bound body, which returns a value as JSON. */
    public static <R> Route put(String path, NoBody nothing, TypeRef<R> type, Handler.Returning<R> handler) {
        requireNonNull(nothing, "nothing");
        return returning(HttpMethod.PUT, path, type, handler);
    }

    /** A route for {@code PUT} without a body, which returns nothing: 204. */
    public static Route put(String path, NoContent nothing, Handler.Action action) {
        return acting(HttpMethod.PUT, path, nothing, action);
    }

    /** A route for {@code PUT} whose JSON body is bound to a type, and which returns nothing: 204. */
    public static <B> Route put(String path, Class<B> bodyType, NoContent nothing, Handler.ActionWithBody<B> action) {
        return put(path, TypeRef.of(bodyType), nothing, action);
    }

    /** A route for {@code PUT} whose JSON body is bound to a type, and which returns nothing: 204. */
    public static <B> Route put(String path, TypeRef<B> bodyType, NoContent nothing, Handler.ActionWithBody<B> action) {
        return acting(HttpMethod.PUT, path, bodyType, nothing, action);
    }

    /** A route for {@code PATCH} whose handler reads the body itself. */
    public static Route patch(String path, Handler handler) {
        return of(HttpMethod.PATCH, path, null, handler);
    }

    /** A route for {@code PATCH} whose JSON body is bound to a type, a record for example. */
    public static <B> Route patch(String path, Class<B> bodyType, Handler.WithBody<B> handler) {
        return patch(path, TypeRef.of(bodyType), handler);
    }

    /** A route for {@code PATCH} whose JSON body is bound to a type with type arguments. */
    public static <B> Route patch(String path, TypeRef<B> bodyType, Handler.WithBody<B> handler) {
        return bound(HttpMethod.PATCH, path, bodyType, handler);
    }

    /** A route for {@code PATCH} whose JSON body is bound to a type, and which returns a value as JSON. */
    public static <B, R> Route patch(
            String path, Class<B> bodyType, Class<R> type, Handler.WithBodyReturning<B, R> handler) {
        return patch(path, TypeRef.of(bodyType), TypeRef.of(type), handler);
    }

    /** A route for {@code PATCH} whose JSON body is bound to a type, and which returns a value as JSON. */
    public static <B, R> Route patch(
            String path, TypeRef<B> bodyType, TypeRef<R> type, Handler.WithBodyReturning<B, R> handler) {
        return returning(HttpMethod.PATCH, path, bodyType, type, handler);
    }

    /** A route for {@code PATCH} whose JSON body is bound to a type, and which returns a value as JSON. */
    public static <B, R> Route patch(
            String path, Class<B> bodyType, TypeRef<R> type, Handler.WithBodyReturning<B, R> handler) {
        return patch(path, TypeRef.of(bodyType), type, handler);
    }

    /** A route for {@code PATCH} whose JSON body is bound to a type, and which returns a value as JSON. */
    public static <B, R> Route patch(
            String path, TypeRef<B> bodyType, Class<R> type, Handler.WithBodyReturning<B, R> handler) {
        return patch(path, bodyType, TypeRef.of(type), handler);
    }

    /** A route for {@code PATCH} without a bound body, which returns a value as JSON. */
    public static <R> Route patch(String path, NoBody nothing, Class<R> type, Handler.Returning<R> handler) {
        return patch(path, nothing, TypeRef.of(type), handler);
    }

    /** A route for {@code PATCH} without a bound body, which returns a value as JSON. */
    public static <R> Route patch(String path, NoBody nothing, TypeRef<R> type, Handler.Returning<R> handler) {
        requireNonNull(nothing, "nothing");
        return returning(HttpMethod.PATCH, path, type, handler);
    }

    /** A route for {@code PATCH} without a body, which returns nothing: 204. */
    public static Route patch(String path, NoContent nothing, Handler.Action action) {
        return acting(HttpMethod.PATCH, path, nothing, action);
    }

    /** A route for {@code PATCH} whose JSON body is bound to a type, and which returns nothing: 204. */
    public static <B> Route patch(String path, Class<B> bodyType, NoContent nothing, Handler.ActionWithBody<B> action) {
        return patch(path, TypeRef.of(bodyType), nothing, action);
    }

    /** A route for {@code PATCH} whose JSON body is bound to a type, and which returns nothing: 204. */
    public static <B> Route patch(
            String path, TypeRef<B> bodyType, NoContent nothing, Handler.ActionWithBody<B> action) {
        return acting(HttpMethod.PATCH, path, bodyType, nothing, action);
    }

    /** A route for {@code DELETE}. */
    public static Route delete(String path, Handler handler) {
        return of(HttpMethod.DELETE, path, null, handler);
    }

    /** A route for {@code DELETE} that returns a value as JSON. */
    public static <R> Route delete(String path, Class<R> type, Handler.Returning<R> handler) {
        return delete(path, TypeRef.of(type), handler);
    }

    /** A route for {@code DELETE} that returns a value as JSON. */
    public static <R> Route delete(String path, TypeRef<R> type, Handler.Returning<R> handler) {
        return returning(HttpMethod.DELETE, path, type, handler);
    }

    /** A route for {@code DELETE} that returns nothing: 204. */
    public static Route delete(String path, NoContent nothing, Handler.Action action) {
        return acting(HttpMethod.DELETE, path, nothing, action);
    }

    /** Sets the permission that a caller needs; required. */
    public Route access(Access access) {
        requireNonNull(access, "access");
        return with(copy -> copy.access = access);
    }

    /** Describes the route in one line. */
    public Route summary(String summary) {
        requireNonNull(summary, "summary");
        return with(copy -> copy.summary = summary);
    }

    /**
     * Sets how long a request may take from its arrival to the first byte of its response, queueing included.
     *
     * @throws IllegalArgumentException when it is not positive, or longer than an hour
     */
    public Route deadline(Duration deadline) {
        boolean fits = !deadline.isNegative() && !deadline.isZero() && deadline.compareTo(Duration.ofHours(1)) <= 0;
        if (!fits) {
            throw new IllegalArgumentException("route deadline: " + deadline + " (expected: above 0, up to PT1H)");
        }
        return with(copy -> copy.deadline = deadline);
    }

    /**
     * Sets the max size of a request body in bytes; a larger one is answered 413 while it streams in.
     *
     * @throws IllegalArgumentException when it is negative
     */
    public Route maxBodyBytes(long maxBodyBytes) {
        if (maxBodyBytes < 0) {
            throw new IllegalArgumentException("route maxBodyBytes: " + maxBodyBytes + " (expected: >= 0)");
        }
        return with(copy -> copy.maxBodyBytes = maxBodyBytes);
    }

    /**
     * Sets the media types that a request body may have; another one is answered 415. By default any, or {@code
     * application/json} where the factory binds the body.
     *
     * @throws IllegalArgumentException when one is not of the form {@code type/subtype}, without parameters
     */
    public Route consumes(String... mediaTypes) {
        List<String> types = HttpSyntax.mediaTypes("route consumes", mediaTypes);
        return with(copy -> copy.consumes = types);
    }

    /**
     * Sets how much of a rate limit or a quota one request takes; default 1. One that costs more than a limit ever holds
     * takes all of it.
     *
     * @throws IllegalArgumentException when it is not 1 to 1,000,000
     */
    public Route cost(int cost) {
        if (cost < 1 || cost > MAX_COST) {
            throw new IllegalArgumentException("route cost: " + cost + " (expected: 1 to " + MAX_COST + ")");
        }
        return with(copy -> copy.cost = cost);
    }

    /**
     * Lets the host cache responses. The caller is authorized each time all the same.
     *
     * @throws IllegalStateException when this is not a {@code GET}, nor a {@code POST} that is {@link #pure}
     */
    public Route cache(CachePolicy policy) {
        requireNonNull(policy, "policy");
        if (method() != HttpMethod.GET && !isPure()) {
            throw new IllegalStateException(
                    "route " + this + " cache (expected: a GET, or a POST that was declared pure() before)");
        }
        return with(copy -> copy.cache = policy);
    }

    /**
     * Declares that a {@code POST} only computes: the same body gives the same response and changes nothing. It
     * invalidates no cached responses, and with {@link #cache} its responses are cached by their body.
     *
     * @throws IllegalStateException when this is not a {@code POST}
     */
    public Route pure() {
        if (method() != HttpMethod.POST) {
            throw new IllegalStateException("route " + this + " pure (expected: a POST)");
        }
        return with(copy -> copy.pure = true);
    }

    /**
     * Names the cached responses that a successful request invalidates: those of the same platform with one of these
     * {@linkplain CachePolicy#tags tags}, beside those of the same path.
     *
     * @throws IllegalArgumentException when one cannot be a tag
     * @throws IllegalStateException when this is a {@code GET}, or pure
     */
    public Route invalidates(String... tags) {
        if (method() == HttpMethod.GET || isPure()) {
            throw new IllegalStateException(
                    "route " + this + " invalidates (expected: a route that changes something)");
        }
        Set<String> checked = CachePolicy.checkedTags(tags);
        return with(copy -> copy.invalidates = checked);
    }

    /** Documents the type of a JSON body that the handler reads itself; nothing is bound by that. */
    public Route bodyType(Class<?> type) {
        return bodyType(TypeRef.of(type));
    }

    /** Documents the type of a JSON body that the handler reads itself; nothing is bound by that. */
    public Route bodyType(TypeRef<?> type) {
        requireNonNull(type, "type");
        return with(copy -> copy.bodyType = type.type());
    }

    /** Describes the route in some sentences; CommonMark. */
    public Route description(String text) {
        requireNonNull(text, "text");
        return with(copy -> copy.description = text);
    }

    /**
     * Declares a parameter, which the host reads and checks before it calls the handler; a second one of the same place
     * and name replaces the first.
     */
    public Route parameter(Parameter<?> parameter) {
        requireNonNull(parameter, "parameter");
        Stream<Parameter<?>> others = data.parameters.stream()
                .filter(other ->
                        other.place() != parameter.place() || !other.name().equals(parameter.name()));
        List<Parameter<?>> all =
                Stream.concat(others, Stream.<Parameter<?>>of(parameter)).toList();
        return with(copy -> copy.parameters = all);
    }

    /** Documents the type of the JSON response with status 200. */
    public Route returns(Class<?> type) {
        return returns(200, type);
    }

    /** Documents the type of the JSON response with status 200. */
    public Route returns(TypeRef<?> type) {
        return returns(200, type);
    }

    /**
     * Documents the type of the JSON response of a status.
     *
     * @throws IllegalArgumentException when the status is not between 200 and 599; problems are declared by {@link #problem}
     */
    public Route returns(int status, Class<?> type) {
        return returns(status, TypeRef.of(type));
    }

    /**
     * Documents the type of the JSON response of a status.
     *
     * @throws IllegalArgumentException when the status is not between 200 and 599; problems are declared by {@link #problem}
     */
    public Route returns(int status, TypeRef<?> type) {
        requireNonNull(type, "type");
        RouteResponse.requireStatus(status);
        return with(copy -> copy.responses.put(status, Optional.of(type.type())));
    }

    /**
     * Documents a response without content, such as 204.
     *
     * @throws IllegalArgumentException when the status is not between 200 and 599
     */
    public Route returns(int status) {
        RouteResponse.requireStatus(status);
        return with(copy -> copy.responses.put(status, Optional.empty()));
    }

    /**
     * Documents the media types of a response, where that is not {@code application/json} alone.
     *
     * @throws IllegalArgumentException when one is not of the form {@code type/subtype}, without parameters
     */
    public Route produces(String... mediaTypes) {
        List<String> types = HttpSyntax.mediaTypes("route produces", mediaTypes);
        return with(copy -> copy.produces = types);
    }

    /**
     * Documents a problem that the handler can respond with, and its condition. Those of the host for every route are not declared:
     * no credential or permission, a body that does not fit, too many requests, a platform that is unavailable, late or
     * at fault.
     *
     * @throws IllegalArgumentException when status or name do not fit
     */
    public Route problem(int status, String name, String when) {
        RouteProblem problem = RouteProblem.of(status, name, when);
        List<RouteProblem> all =
                Stream.concat(data.problems.stream(), Stream.of(problem)).toList();
        return with(copy -> copy.problems = all);
    }

    /** Adds an example of the content of a request or a response. The host rejects a plugin whose example does not fit. */
    public Route example(RouteExample example) {
        requireNonNull(example, "example");
        List<RouteExample> all =
                Stream.concat(data.examples.stream(), Stream.of(example)).toList();
        return with(copy -> copy.examples = all);
    }

    /** Deprecates the route; each of its responses announces it. */
    public Route deprecated(Deprecation deprecation) {
        requireNonNull(deprecation, "deprecation");
        return with(copy -> copy.deprecation = deprecation);
    }

    /** Its method. */
    public HttpMethod method() {
        return data.method;
    }

    /** The path template, below the platform's mount. */
    public String path() {
        return data.path;
    }

    /** What it does, in one line; empty by default. */
    public String summary() {
        return data.summary;
    }

    /** The permission that a caller needs; empty when it was never declared, and then the host rejects the plugin. */
    public Optional<Access> access() {
        return Optional.ofNullable(data.access);
    }

    /** How long a request may take. */
    public Duration deadline() {
        return data.deadline;
    }

    /** How many bytes a request body may have. */
    public long maxBodyBytes() {
        return data.maxBodyBytes;
    }

    /** How much of a rate limit or a quota one request takes. */
    public int cost() {
        return data.cost;
    }

    /** Which media types a request body may have; empty means any. */
    public List<String> consumes() {
        return data.consumes;
    }

    /** How responses are cached; empty when they are not. */
    public Optional<CachePolicy> cachePolicy() {
        return Optional.ofNullable(data.cache);
    }

    /** Whether it is a {@code POST} that only computes. */
    public boolean isPure() {
        return data.pure;
    }

    /** The tags of the cached responses that a successful request invalidates. */
    public Set<String> invalidatedTags() {
        return data.invalidates;
    }

    /** The type of the JSON body, where it was declared. */
    public Optional<Type> bodyType() {
        return Optional.ofNullable(data.bodyType);
    }

    /** What it does, in some sentences; empty by default. */
    public String description() {
        return data.description;
    }

    /** The declared parameters, in order. */
    public List<Parameter<?>> parameters() {
        return data.parameters;
    }

    /** Its responses that are no problems, by rising status; none when nothing was declared. */
    public List<RouteResponse> responses() {
        return data.responses();
    }

    /** The problems that its handler can respond with, in order. */
    public List<RouteProblem> problems() {
        return data.problems;
    }

    /** Examples, in order. */
    public List<RouteExample> examples() {
        return data.examples;
    }

    /** Its deprecation; empty while there is none. */
    public Optional<Deprecation> deprecation() {
        return Optional.ofNullable(data.deprecation);
    }

    /** The handler. */
    public Handler handler() {
        return data.handler;
    }

    @Override
    public String toString() {
        return method() + " " + path();
    }
}
