package dev.busbar.plugin;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One operation that a platform serves, as data: immutable, declared in {@link Platform#routes()}, read once by the
 * host after {@link Platform#start}. Each method that changes something answers a copy.
 *
 * <p>A path starts with {@code /} and is relative to the platform's mount {@code /api/<plugin id>}; a segment is a
 * literal or a parameter such as {@code {id}} that matches one segment. A literal wins over a parameter.
 */
public final class Route {
    /** How long a request may take, queueing included, when a route says nothing: 10 s. */
    public static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(10);
    /** How large a request body may be when a route says nothing: 1 MiB. */
    public static final long DEFAULT_MAX_BODY_BYTES = 1L << 20;

    private static final int MOST_COST = 1_000_000;

    private final Declaration data;

    private Route(Declaration data) {
        this.data = data;
    }

    private static Route of(HttpMethod method, String path, @Nullable Class<?> bodyType, Handler handler) {
        requireNonNull(handler, "handler");
        if (!requireNonNull(path, "path").startsWith("/")) {
            throw new IllegalArgumentException("route path: \"" + path + "\" (expected: starts with '/')");
        }
        Declaration data = new Declaration(method, path, handler);
        if (bodyType != null) {
            data.bodyType = bodyType;
            data.consumes = List.of(MediaTypes.JSON);
        }
        return new Route(data);
    }

    private Route with(Consumer<Declaration> change) {
        Declaration copy = data.copy();
        change.accept(copy);
        return new Route(copy);
    }

    private static <T> Route bound(HttpMethod method, String path, Class<T> bodyType, Handler.WithBody<T> handler) {
        requireNonNull(bodyType, "bodyType");
        requireNonNull(handler, "handler");
        return of(method, path, bodyType, request -> handler.handle(request, request.json(bodyType)));
    }

    /** A route for {@code GET} and {@code HEAD}. */
    public static Route get(String path, Handler handler) {
        return of(HttpMethod.GET, path, null, handler);
    }

    /** A route for {@code POST} whose handler reads the body itself. */
    public static Route post(String path, Handler handler) {
        return of(HttpMethod.POST, path, null, handler);
    }

    /** A route for {@code POST} whose JSON body is bound to a type, a record for example. */
    public static <T> Route post(String path, Class<T> bodyType, Handler.WithBody<T> handler) {
        return bound(HttpMethod.POST, path, bodyType, handler);
    }

    /** A route for {@code PUT} whose handler reads the body itself. */
    public static Route put(String path, Handler handler) {
        return of(HttpMethod.PUT, path, null, handler);
    }

    /** A route for {@code PUT} whose JSON body is bound to a type. */
    public static <T> Route put(String path, Class<T> bodyType, Handler.WithBody<T> handler) {
        return bound(HttpMethod.PUT, path, bodyType, handler);
    }

    /** A route for {@code PATCH} whose handler reads the body itself. */
    public static Route patch(String path, Handler handler) {
        return of(HttpMethod.PATCH, path, null, handler);
    }

    /** A route for {@code PATCH} whose JSON body is bound to a type. */
    public static <T> Route patch(String path, Class<T> bodyType, Handler.WithBody<T> handler) {
        return bound(HttpMethod.PATCH, path, bodyType, handler);
    }

    /** A route for {@code DELETE}. */
    public static Route delete(String path, Handler handler) {
        return of(HttpMethod.DELETE, path, null, handler);
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
     * Sets the media types that a request body may have; another one is answered 415. None means any.
     *
     * @throws IllegalArgumentException when one is not of the form {@code type/subtype}, without parameters
     */
    public Route consumes(String... mediaTypes) {
        List<String> types = MediaTypes.checked("route consumes", mediaTypes);
        return with(copy -> copy.consumes = types);
    }

    /**
     * Sets how much of a rate limit or a quota one request takes; default 1. One that costs more than a limit ever holds
     * takes all of it.
     *
     * @throws IllegalArgumentException when it is not 1 to 1,000,000
     */
    public Route cost(int cost) {
        if (cost < 1 || cost > MOST_COST) {
            throw new IllegalArgumentException("route cost: " + cost + " (expected: 1 to " + MOST_COST + ")");
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
        requireNonNull(type, "type");
        return with(copy -> copy.bodyType = type);
    }

    /** Describes the route in some sentences; CommonMark. */
    public Route description(String text) {
        requireNonNull(text, "text");
        return with(copy -> copy.description = text);
    }

    /** Describes a parameter; a second description of the same one replaces the first. */
    public Route parameter(Parameter parameter) {
        requireNonNull(parameter, "parameter");
        Stream<Parameter> others = data.parameters.stream()
                .filter(other ->
                        other.place() != parameter.place() || !other.name().equals(parameter.name()));
        List<Parameter> all = Stream.concat(others, Stream.of(parameter)).toList();
        return with(copy -> copy.parameters = all);
    }

    /** Documents the type of the JSON response with status 200; that of a list is the type of an array. */
    public Route returns(Class<?> type) {
        return returns(200, type);
    }

    /**
     * Documents the type of the JSON response of a status; that of a list is the type of an array.
     *
     * @throws IllegalArgumentException when the status is not between 200 and 599; problems are declared by {@link #problem}
     */
    public Route returns(int status, Class<?> type) {
        requireNonNull(type, "type");
        RouteResponse.requireStatus(status);
        return with(copy -> copy.responses.put(status, Optional.of(type)));
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
        List<String> types = MediaTypes.checked("route produces", mediaTypes);
        return with(copy -> copy.produces = types);
    }

    /**
     * Documents a problem that the handler answers, and when. Those that the host answers for every route are not declared:
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

    /** Adds an example of the content of a request or a response. The host refuses a plugin whose example does not fit. */
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

    /** The permission that a caller needs; empty when it was never declared, and then the host refuses the plugin. */
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
    public Optional<Class<?>> bodyType() {
        return Optional.ofNullable(data.bodyType);
    }

    /** What it does, in some sentences; empty by default. */
    public String description() {
        return data.description;
    }

    /** The descriptions of parameters, in order. */
    public List<Parameter> parameters() {
        return data.parameters;
    }

    /** Its responses that are no problems, by rising status; none when nothing was declared. */
    public List<RouteResponse> responses() {
        return data.responses();
    }

    /** The problems that its handler answers, in order. */
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
