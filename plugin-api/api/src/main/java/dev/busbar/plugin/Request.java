package dev.busbar.plugin;

import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One call of a {@link Route}, lent to its {@link Handler} for the time of the call. Credentials are removed. Used by
 * the handler's thread; after the handler has returned, or once its deadline has passed, reading the body throws {@link
 * java.io.IOException}.
 */
public interface Request {
    /** The method; a {@code HEAD} shows as {@link HttpMethod#GET}. */
    HttpMethod method();

    /** The decoded path below the platform's mount, starting with {@code /}. */
    String path();

    /**
     * The decoded value of a parameter of the path template.
     *
     * @throws IllegalArgumentException when the template has no such parameter
     */
    String pathParameter(String name);

    /**
     * The value of a declared parameter, which the host has read and checked.
     *
     * @throws IllegalArgumentException when the route does not {@linkplain Route#parameter declare} it
     */
    <T> T get(Parameter<T> parameter);

    /** The first decoded value of a query parameter. */
    Optional<String> query(String name);

    /** All decoded values of a query parameter, in order; empty when absent. */
    List<String> queryAll(String name);

    /** The names of the query parameters, each once, in order of appearance. */
    List<String> queryNames();

    /**
     * The first value of a header, the name compared without case. Standard headers about content, negotiation, conditions
     * and tracing are seen by every handler; any other has to be {@linkplain Route#parameter declared} by the route, and is
     * absent otherwise, since a client may have written in it what a proxy would. Credentials, and the headers by which
     * proxies name the client, are absent for all. A route with cached responses sees the headers in
     * {@link CachePolicy#vary} only.
     */
    Optional<String> header(String name);

    /** All values of a header, in order; empty when absent. */
    List<String> headerAll(String name);

    /**
     * The body as it streams in; empty when there is none. A read may wait for the client. One more byte than the
     * route allows makes a read throw {@link ProblemException} 413.
     */
    InputStream body();

    /**
     * Reads the whole body as JSON.
     *
     * @throws ProblemException 400 with line and column where it is malformed, 422 with the member's pointer where it
     *     does not fit the type, 413 where it is too large
     */
    <T> T json(TypeRef<T> type);

    /**
     * Reads the whole body as JSON of a type without type arguments.
     *
     * @throws ProblemException as {@link #json(TypeRef)}
     */
    default <T> T json(Class<T> type) {
        return json(TypeRef.of(type));
    }

    /**
     * The caller; empty on a public route called without credentials, and where cached responses are {@linkplain
     * CachePolicy#shared() shared}.
     */
    Optional<Principal> principal();

    /** The correlation id of this request, in logs and responses. */
    String correlationId();

    /** The time at which the host answers 504 in place of the handler. */
    Instant deadline();
}
