package dev.busbar.core;

import dev.busbar.plugin.ProblemException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Catalogue of the problem types (RFC 9457) that the host itself responds with, one status and one title each. The only
 * place that makes such a problem; {@code docs/problems.md} lists the same types. Immutable.
 */
public enum ProblemType {
    /** The request is malformed. */
    BAD_REQUEST(400, "bad-request", "Bad request"),
    /** The path can be read in more than one way. */
    AMBIGUOUS_PATH(400, "ambiguous-path", "Ambiguous path"),
    /** RFC 6749 {@code invalid_request}. */
    INVALID_REQUEST(400, "invalid-request", "Invalid request"),
    /** RFC 6749 {@code invalid_scope}. */
    INVALID_SCOPE(400, "invalid-scope", "Invalid scope"),
    /** RFC 6749 {@code unsupported_grant_type}. */
    UNSUPPORTED_GRANT_TYPE(400, "unsupported-grant-type", "Unsupported grant type"),
    /** RFC 6749 {@code unauthorized_client}. */
    UNAUTHORIZED_CLIENT(400, "unauthorized-client", "Unauthorized client"),
    /** No credential was sent. */
    UNAUTHENTICATED(401, "unauthenticated", "Unauthenticated"),
    /** The credential is wrong, expired or revoked. */
    INVALID_CREDENTIALS(401, "invalid-credentials", "Invalid credentials"),
    /** The caller lacks a permission. */
    FORBIDDEN(403, "forbidden", "Forbidden"),
    /** Nothing is at this path. */
    NOT_FOUND(404, "not-found", "Not found"),
    /** The path exists, the method does not. */
    METHOD_NOT_ALLOWED(405, "method-not-allowed", "Method not allowed"),
    /** The body did not arrive in time. */
    REQUEST_TIMEOUT(408, "request-timeout", "Request timeout"),
    /** The current state does not allow it. */
    CONFLICT(409, "conflict", "Conflict"),
    /** The first request with this key is done; its response was not stored. */
    IDEMPOTENCY_NOT_REPLAYABLE(409, "idempotency-not-replayable", "Response not replayable"),
    /** The first request with this key was begun; its outcome is unknown. */
    IDEMPOTENCY_OUTCOME_UNKNOWN(409, "idempotency-outcome-unknown", "Outcome unknown"),
    /** It was there, and is not any more. */
    GONE(410, "gone", "Gone"),
    /** {@code If-Match} or {@code If-Unmodified-Since} does not hold. */
    PRECONDITION_FAILED(412, "precondition-failed", "Precondition failed"),
    /** The body is too large. */
    PAYLOAD_TOO_LARGE(413, "payload-too-large", "Payload too large"),
    /** The request line is too long. */
    URI_TOO_LONG(414, "uri-too-long", "URI too long"),
    /** The route does not take this media type. */
    UNSUPPORTED_MEDIA_TYPE(415, "unsupported-media-type", "Unsupported media type"),
    /** The {@code Host} header names another host. */
    MISDIRECTED_REQUEST(421, "misdirected-request", "Misdirected request"),
    /** The request was understood, but some members do not fit. */
    VALIDATION_FAILED(422, "validation-failed", "Validation failed"),
    /** The key was used for another request. */
    IDEMPOTENCY_KEY_REUSED(422, "idempotency-key-reused", "Idempotency key reused"),
    /** The jar cannot be loaded. */
    PLUGIN_REJECTED(422, "plugin-rejected", "Plugin rejected"),
    /** The plugin did not start. */
    PLUGIN_FAILED(422, "plugin-failed", "Plugin failed to start"),
    /** A rate limit or a budget is used up; its URI is the one registered with IANA. */
    QUOTA_EXCEEDED(
            429, "quota-exceeded", "Quota exceeded", "https://iana.org/assignments/http-problem-types#quota-exceeded"),
    /** The caller has too many keys that have not expired. */
    IDEMPOTENCY_KEYS_EXHAUSTED(429, "idempotency-keys-exhausted", "Idempotency keys exhausted"),
    /** The header section is too large. */
    HEADERS_TOO_LARGE(431, "headers-too-large", "Headers too large"),
    /** The host is at fault. */
    INTERNAL_ERROR(500, "internal-error", "Internal error"),
    /** The platform's handler threw. */
    PLATFORM_FAILED(500, "platform-failed", "Platform failed"),
    /** The process ended too often while the job was running. */
    JOB_ABANDONED(500, "job-abandoned", "Job abandoned"),
    /** The host does not implement a method or a transfer coding. */
    NOT_IMPLEMENTED(501, "not-implemented", "Not implemented"),
    /** The response of another platform cannot be used. */
    PLATFORM_CALL_FAILED(502, "platform-call-failed", "Platform call failed"),
    /** The platform is not active. */
    PLATFORM_UNAVAILABLE(503, "platform-unavailable", "Platform unavailable"),
    /** The threads of the platform are busy, or its breaker is open. */
    PLATFORM_OVERLOADED(503, "platform-overloaded", "Platform overloaded"),
    /** Too many requests are in flight in the whole host. */
    HOST_OVERLOADED(503, "host-overloaded", "Host overloaded"),
    /** No credential can be checked now. */
    AUTHENTICATION_UNAVAILABLE(503, "authentication-unavailable", "Authentication unavailable"),
    /** The key could not be stored; nothing was done. */
    IDEMPOTENCY_UNAVAILABLE(503, "idempotency-unavailable", "Idempotency unavailable"),
    /** The host cannot do this now, mostly because its store is unavailable. */
    TEMPORARILY_UNAVAILABLE(503, "temporarily-unavailable", "Temporarily unavailable"),
    /** The host is stopping. */
    SHUTTING_DOWN(503, "shutting-down", "Shutting down"),
    /** The deadline has passed. */
    PLATFORM_TIMEOUT(504, "platform-timeout", "Platform timeout"),
    /** {@code only-if-cached} and there is no cached response. */
    NOT_CACHED(504, "not-cached", "Not cached"),
    /** The version of HTTP is none that the host speaks. */
    HTTP_VERSION_NOT_SUPPORTED(505, "http-version-not-supported", "HTTP version not supported"),
    /** Platforms call each other in a circle, or too deep. */
    CALL_LOOP(508, "call-loop", "Call loop");

    private static final String NAMESPACE = "urn:busbar:problem:";

    private static final Map<String, ProblemType> BY_ID =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(ProblemType::id, Function.identity()));

    private static final Map<String, ProblemType> BY_URI =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(ProblemType::uri, Function.identity()));

    private final int status;
    private final String id;
    private final String title;
    private final String uri;

    ProblemType(int status, String id, String title) {
        this(status, id, title, NAMESPACE + id);
    }

    ProblemType(int status, String id, String title, String uri) {
        this.status = status;
        this.id = id;
        this.title = title;
        this.uri = uri;
    }

    /** The status code of every problem of this type. */
    public int status() {
        return status;
    }

    /** The last part of the URI, as in {@link ProblemException#name}. */
    public String id() {
        return id;
    }

    /** The title of every problem of this type. */
    public String title() {
        return title;
    }

    /** The member {@code type} of the document. */
    public String uri() {
        return uri;
    }

    /**
     * A problem of this type.
     *
     * @param detail what is wrong this time, and what to do; shown to the client
     */
    public ProblemException problem(String detail) {
        return ProblemException.of(status, id, title, detail);
    }

    /** The type with this id; empty for one of a platform's own. */
    public static Optional<ProblemType> of(String id) {
        return Optional.ofNullable(BY_ID.get(id));
    }

    /** The URI of the type with this id, of the catalogue or of a platform's own. */
    static String uri(String id) {
        ProblemType type = BY_ID.get(id);
        return type == null ? NAMESPACE + id : type.uri;
    }

    /** The id of the type with this URI, of the catalogue or of a platform's own; empty for a foreign URI. */
    static Optional<String> id(String uri) {
        ProblemType type = BY_URI.get(uri);
        if (type != null) {
            return Optional.of(type.id);
        }
        return uri.startsWith(NAMESPACE) ? Optional.of(uri.substring(NAMESPACE.length())) : Optional.empty();
    }

    /** The type that stands for a status where the response says no more: the general one of its status, else 502. */
    static ProblemType ofStatus(int status) {
        return switch (status) {
            case 400 -> BAD_REQUEST;
            case 403 -> FORBIDDEN;
            case 404 -> NOT_FOUND;
            case 409 -> CONFLICT;
            case 413 -> PAYLOAD_TOO_LARGE;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            case 422 -> VALIDATION_FAILED;
            case 429 -> QUOTA_EXCEEDED;
            case 500 -> PLATFORM_FAILED;
            case 503 -> PLATFORM_UNAVAILABLE;
            case 504 -> PLATFORM_TIMEOUT;
            default -> PLATFORM_CALL_FAILED;
        };
    }
}
