package dev.busbar.host.openapi;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.busbar.core.ProblemType;
import dev.busbar.core.Problems;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The problems that the host adds to the description of routes, so that no route has to declare them. */
enum Problem {
    BAD_REQUEST(ProblemType.BAD_REQUEST, "the path, the query or the body is malformed, or two credentials were sent"),
    UNAUTHENTICATED(ProblemType.UNAUTHENTICATED, "a credential is missing or is not valid"),
    FORBIDDEN(ProblemType.FORBIDDEN, "the caller does not hold the permission, which `requiredPermission` names"),
    NOT_FOUND(ProblemType.NOT_FOUND, "there is nothing at this path"),
    REQUEST_TIMEOUT(ProblemType.REQUEST_TIMEOUT, "the body did not arrive before the deadline of the route"),
    PRECONDITION_FAILED(
            ProblemType.PRECONDITION_FAILED, "the response is not the one of `If-Match` or `If-Unmodified-Since`"),
    PAYLOAD_TOO_LARGE(ProblemType.PAYLOAD_TOO_LARGE, "the body is larger than `x-busbar-max-body-bytes`"),
    UNSUPPORTED_MEDIA_TYPE(ProblemType.UNSUPPORTED_MEDIA_TYPE, "the body is of another media type"),
    VALIDATION_FAILED(
            ProblemType.VALIDATION_FAILED, "the request is well-formed, but a value is invalid; see `errors`"),
    QUOTA_EXCEEDED(ProblemType.QUOTA_EXCEEDED, "too many requests; `Retry-After` says when to try again"),
    FAILED(ProblemType.PLATFORM_FAILED, "the platform or the host failed"),
    UNAVAILABLE(ProblemType.PLATFORM_UNAVAILABLE, "the platform is unavailable or overloaded, or the host is stopping"),
    TIMEOUT(ProblemType.PLATFORM_TIMEOUT, "there was no response within `x-busbar-deadline`");

    /** The name of the response for rejections before a route matches. */
    static final String OTHER = "OtherProblem";

    /** The name of the schema of every problem. */
    static final String SCHEMA = "Problem";

    private final ProblemType type;
    private final String when;

    Problem(ProblemType type, String when) {
        this.type = type;
        this.when = when;
    }

    int status() {
        return type.status();
    }

    static Optional<Problem> of(int status) {
        return Arrays.stream(values())
                .filter(problem -> problem.status() == status)
                .findFirst();
    }

    /** Its type and when it occurs, as in the description of a response. */
    String text() {
        return text(type.id(), when);
    }

    static String text(String type, String when) {
        return "`" + type + "`: " + when;
    }

    /** The name of its response among the components. */
    String component() {
        return Arrays.stream(name().split("_"))
                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                .reduce("", String::concat);
    }

    /** A response with a problem. */
    static ObjectNode response(String description, String mediaType) {
        ObjectNode response = JsonNodeFactory.instance.objectNode().put("description", description);
        response.putObject("content")
                .putObject(mediaType)
                .putObject("schema")
                .put("$ref", "#/" + Schemas.PLACE + "/" + SCHEMA);
        return response;
    }

    /** An example with the members that problems of this type have. */
    private ObjectNode example() {
        ObjectNode example = JsonNodeFactory.instance
                .objectNode()
                .put("type", type.uri())
                .put("title", type.title())
                .put("status", type.status())
                .put("detail", when)
                .put("instance", "/api/billing/bills")
                .put("correlationId", "0192e4a6-5f3c-7b1e-9c55-8a61f0b1d2aa");
        switch (this) {
            case FORBIDDEN -> example.put("requiredPermission", "billing:write");
            case VALIDATION_FAILED ->
                example.putArray("errors").addObject().put("pointer", "/amount").put("detail", "must be 0 or more");
            case FAILED, UNAVAILABLE, TIMEOUT ->
                example.put("platform", "billing").put("generation", "7");
            default -> {}
        }
        return example;
    }

    /** The responses that all routes refer to, as components. */
    static ObjectNode responses() {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        for (Problem problem : values()) {
            ObjectNode response = response(problem.text(), Problems.MEDIA_TYPE);
            response.withObjectProperty("content")
                    .withObjectProperty(Problems.MEDIA_TYPE)
                    .set("example", problem.example());
            all.set(problem.component(), response);
        }
        all.set(
                OTHER,
                response(
                        "Any other problem: with the connection, the host name, or a path or headers that are too long",
                        Problems.MEDIA_TYPE));
        return all;
    }

    /** The schema of every problem (RFC 9457). */
    static ObjectNode schema() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        schema.put("description", "What went wrong (RFC 9457).").put("type", "object");
        for (String name : new String[] {"type", "title", "status", "detail", "correlationId"}) {
            schema.withArray("required").add(name);
        }
        ObjectNode members = schema.putObject("properties");
        text(members, "type", "The kind of problem, such as `" + ProblemType.NOT_FOUND.uri() + "`.")
                .put("format", "uri");
        text(members, "title", "The kind of problem in a few words.");
        members.putObject("status").put("description", "The status code.").put("type", "integer");
        text(members, "detail", "What is wrong this time.");
        text(members, "instance", "The path it happened at.");
        text(members, "correlationId", "The correlation id of the request.");
        text(members, "requiredPermission", "The permission that is missing, with 403.");
        text(members, "platform", "The platform that is unavailable or failed.");
        text(members, "generation", "The generation of that platform.");
        ObjectNode errors = members.putObject("errors");
        errors.put("description", "The invalid values, with 422.").put("type", "array");
        ObjectNode error = errors.putObject("items").put("type", "object");
        error.putArray("required").add("pointer").add("detail");
        ObjectNode parts = error.putObject("properties");
        text(
                parts,
                "pointer",
                "A JSON pointer into the body (RFC 6901), or a parameter: `?name` in the query, `{name}` in the path,"
                        + " `header Name`.");
        text(parts, "detail", "What was expected.");
        return schema;
    }

    private static ObjectNode text(ObjectNode members, String name, String description) {
        return members.putObject(name).put("description", description).put("type", "string");
    }
}
