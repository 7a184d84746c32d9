package dev.busbar.plugin;

import java.util.List;
import java.util.Optional;

/** The response of another platform, or of the host in its place. Immutable. */
public interface PlatformResponse {
    /** The status code. */
    int status();

    /** Whether it is a success: a status of 200 to 299. */
    boolean isSuccess();

    /** The first value of a header, the name compared without case. */
    Optional<String> header(String name);

    /** All values of a header in order, the name compared without case; empty when absent. */
    List<String> headerAll(String name);

    /** The body. */
    byte[] bytes();

    /**
     * The body, read from JSON; members that the type does not have are left out, because the other platform may grow.
     *
     * @throws ProblemException 502 {@code platform-call-failed} when it is no JSON or does not fit
     */
    <T> T json(TypeRef<T> type);

    /**
     * The body, read from JSON of a type without type arguments.
     *
     * @throws ProblemException as {@link #json(TypeRef)}
     */
    default <T> T json(Class<T> type) {
        return json(TypeRef.of(type));
    }

    /**
     * This response, when it is a success.
     *
     * @throws ProblemException the same problem otherwise, for the client: with its status, name, detail, platform and
     *     {@code Retry-After}; where the response is no problem document, the general problem of its status, or 502
     *     {@code platform-call-failed} where that status has none
     */
    PlatformResponse orThrow();
}
