package dev.busbar.host.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.busbar.core.JsonCodec;
import dev.busbar.core.ProblemType;
import dev.busbar.core.Problems;
import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.routing.PlatformRoutes;
import dev.busbar.plugin.Codec;
import dev.busbar.plugin.Deprecation;
import dev.busbar.plugin.HttpMethod;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.Route;
import dev.busbar.plugin.RouteExample;
import dev.busbar.plugin.RouteProblem;
import dev.busbar.plugin.RouteResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Writes the descriptions of the routes of one generation. Confined to one thread, and dropped with its schemas. */
final class OperationWriter {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String DESCRIPTION = "description";
    private static final String ANY = "*/*";
    private static final String KEY_HEADER = "Idempotency-Key";
    private static final int MAX_KEY_LENGTH = 257;

    /** The problems of a key that was used before. */
    private static final Map<Integer, String> CONFLICTS = Map.of(
            ProblemType.IDEMPOTENCY_OUTCOME_UNKNOWN.status(),
            Problem.text(
                    ProblemType.IDEMPOTENCY_OUTCOME_UNKNOWN.id(),
                    "the first request with the key was started, and its outcome is unknown or its response cannot be replayed"),
            ProblemType.IDEMPOTENCY_KEY_REUSED.status(),
            Problem.text(ProblemType.IDEMPOTENCY_KEY_REUSED.id(), "the key was used for another request"));

    private final Types types;
    private final JsonCodec json;
    private final Conventions conventions;

    /** The schemas of types. */
    interface Types {
        /** The schema of a type in responses. */
        ObjectNode response(Type type);

        /** The schema of a type in requests. */
        ObjectNode request(Type type);
    }

    /**
     * A writer for one generation.
     *
     * @param json its codec, for examples
     * @param conventions the conventions of the host for all routes
     */
    OperationWriter(Types types, JsonCodec json, Conventions conventions) {
        this.types = types;
        this.json = json;
        this.conventions = conventions;
    }

    /**
     * Describes a route.
     *
     * @param path its path template as a client sees it, whose parameters may have other names than those of the route
     * @param operationId its name, unique in the document
     */
    Operation write(PlatformRoutes.Declared declared, String path, String operationId) {
        RouteContract contract = declared.contract();
        Route route = declared.route();
        ObjectNode operation = NODES.objectNode();
        operation.putArray("tags").add(contract.id().platform());
        if (!route.summary().isEmpty()) {
            operation.put("summary", route.summary());
        }
        if (!route.description().isEmpty()) {
            operation.put(DESCRIPTION, route.description());
        }
        operation.put("operationId", operationId);
        ArrayNode parameters = parameters(contract, route, path);
        if (!parameters.isEmpty()) {
            operation.set("parameters", parameters);
        }
        if (hasBody(route)) {
            operation.set("requestBody", requestBody(route));
        }
        operation.set("responses", responses(contract, route, path));
        operation.set("security", security(contract, path));
        extend(operation, contract, route);
        return new Operation(path, route.method().name().toLowerCase(Locale.ROOT), contract.permission(), operation);
    }

    private static void extend(ObjectNode operation, RouteContract contract, Route route) {
        contract.permission().ifPresent(permission -> operation.put("x-busbar-permission", permission));
        operation.put("x-busbar-deadline", contract.limits().deadline().toString());
        operation.putObject("x-busbar-rate").put("cost", route.cost());
        route.cachePolicy().ifPresent(policy -> operation
                .putObject("x-busbar-cache")
                .put("fresh", policy.fresh().toString())
                .put("shared", policy.isShared()));
        if (route.deprecation().isPresent()) {
            Deprecation deprecation = route.deprecation().get();
            operation.put("deprecated", true);
            ObjectNode more = operation.putObject("x-busbar-deprecation");
            more.put("since", deprecation.since().toString());
            deprecation.sunset().ifPresent(day -> more.put("sunset", day.toString()));
            deprecation.link().ifPresent(link -> more.put("link", link.toString()));
        }
    }

    private static boolean hasBody(Route route) {
        return switch (route.method()) {
            case POST, PUT, PATCH -> true;
            default -> !route.consumes().isEmpty();
        };
    }

    private ArrayNode parameters(RouteContract contract, Route route, String path) {
        ArrayNode all = NODES.arrayNode();
        List<String> shown = names(path);
        List<String> declared = names(route.path());
        for (int i = 0; i < shown.size(); i++) {
            String name = declared.get(i);
            Parameter<?> parameter = route.parameters().stream()
                    .filter(each ->
                            each.place() == Parameter.Place.PATH && each.name().equals(name))
                    .findFirst()
                    .orElseGet(() -> Parameter.path(name, Codec.STRING));
            all.add(parameter(parameter, shown.get(i)));
        }
        route.parameters().stream()
                .filter(each -> each.place() != Parameter.Place.PATH)
                .forEach(each -> all.add(parameter(each, each.name())));
        boolean declaresKey =
                route.parameters().stream().anyMatch(each -> each.name().equalsIgnoreCase(KEY_HEADER));
        if (takesKey(contract) && !declaresKey) {
            all.add(key());
        }
        return all;
    }

    /** Anonymous callers have no idempotency keys. */
    private boolean takesKey(RouteContract contract) {
        return contract.permission().isPresent()
                && conventions.takesIdempotencyKey().test(contract);
    }

    private static ObjectNode key() {
        ObjectNode node = NODES.objectNode().put("name", KEY_HEADER).put("in", "header");
        node.put(DESCRIPTION, "The request runs once for each key, however often it is sent.");
        node.putObject("schema").put("type", "string").put("minLength", 1).put("maxLength", MAX_KEY_LENGTH);
        return node;
    }

    /** The names of the parameters in a template, in order. */
    private static List<String> names(String path) {
        List<String> names = new ArrayList<>();
        for (String segment : path.split("/", -1)) {
            if (segment.startsWith("{")) {
                names.add(segment.substring(1, segment.length() - 1));
            }
        }
        return names;
    }

    private static ObjectNode parameter(Parameter<?> parameter, String name) {
        ObjectNode node = NODES.objectNode();
        node.put("name", name).put("in", parameter.place().name().toLowerCase(Locale.ROOT));
        if (!parameter.description().isEmpty()) {
            node.put(DESCRIPTION, parameter.description());
        }
        if (parameter.isRequired()) {
            node.put("required", true);
        }
        node.set("schema", ParameterSchema.of(parameter));
        ParameterSchema.example(parameter).ifPresent(example -> node.set("example", example));
        return node;
    }

    private ObjectNode requestBody(Route route) {
        ObjectNode body = NODES.objectNode();
        ObjectNode content = body.putObject("content");
        for (String mediaType : accepted(route)) {
            ObjectNode media = content.putObject(mediaType);
            List<RouteExample> shown = route.examples().stream()
                    .filter(example ->
                            example.isOfRequest() && example.mediaType().equals(mediaType))
                    .toList();
            media.set(
                    "schema",
                    MediaSchemas.isJson(mediaType) && route.bodyType().isPresent()
                            ? types.request(route.bodyType().get())
                            : MediaSchemas.of(mediaType, shown));
            examples(
                    media,
                    route,
                    example -> example.isOfRequest() && example.mediaType().equals(mediaType));
        }
        if (!route.consumes().isEmpty()) {
            body.put("required", true);
        }
        return body.put("x-busbar-max-body-bytes", route.maxBodyBytes());
    }

    /** The media types that a body may have; one of a declared type is JSON, even where the route checks none. */
    private static List<String> accepted(Route route) {
        if (route.consumes().isEmpty()) {
            return List.of(route.bodyType().isPresent() ? "application/json" : ANY);
        }
        return MediaSchemas.jsonFirst(route.consumes());
    }

    private void examples(ObjectNode media, Route route, Predicate<RouteExample> fits) {
        List<RouteExample> found = route.examples().stream().filter(fits).toList();
        for (int i = 0; i < found.size(); i++) {
            media.withObjectProperty("examples").putObject("example" + (i + 1)).set("value", value(found.get(i)));
        }
    }

    private JsonNode value(RouteExample example) {
        if (!MediaSchemas.isJson(example.mediaType())) {
            return MediaSchemas.example(example.mediaType(), example.content().toString());
        }
        byte[] bytes = example.content() instanceof String text
                ? text.getBytes(StandardCharsets.UTF_8)
                : json.encode(example.content());
        try {
            return json.mapper().readTree(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("an example is no JSON", e);
        }
    }

    private ObjectNode responses(RouteContract contract, Route route, String path) {
        ObjectNode responses = NODES.objectNode();
        for (RouteResponse response : route.responses()) {
            responses.set(Integer.toString(response.status()), response(route, response));
        }
        if (route.responses().isEmpty()) {
            responses
                    .putObject("2XX")
                    .put(DESCRIPTION, "The response, which the route does not describe.")
                    .putObject("content")
                    .putObject(ANY)
                    .putObject("schema");
        }
        problems(contract, route).forEach((status, texts) -> {
            String code = Integer.toString(status);
            Optional<Problem> common = Problem.of(status).filter(problem -> texts.equals(List.of(problem.text())));
            if (responses.has(code)) {
                addProblems(responses, code, texts);
            } else if (conventions.isTokenEndpoint().test(path)) {
                responses.set(code, Problem.response(String.join("\n\n", texts), "application/json"));
            } else if (common.isPresent()) {
                responses.set(code, reference(common.get().component()));
            } else {
                responses.set(code, Problem.response(String.join("\n\n", texts), Problems.MEDIA_TYPE));
            }
        });
        responses.set("default", reference(Problem.OTHER));
        return responses;
    }

    /** Adds the problems of the host to a response that the route declares with the same status. */
    private static void addProblems(ObjectNode responses, String code, List<String> texts) {
        ObjectNode own = (ObjectNode) responses.get(code);
        ObjectNode problem = Problem.response("", Problems.MEDIA_TYPE);
        own.put(DESCRIPTION, own.get(DESCRIPTION).asText() + "\n\n" + String.join("\n\n", texts));
        own.withObjectProperty("content")
                .set(Problems.MEDIA_TYPE, problem.get("content").get(Problems.MEDIA_TYPE));
    }

    private static ObjectNode reference(String component) {
        return NODES.objectNode().put("$ref", "#/components/responses/" + component);
    }

    private ObjectNode response(Route route, RouteResponse response) {
        ObjectNode node = NODES.objectNode().put(DESCRIPTION, describe(response));
        for (String mediaType : MediaSchemas.jsonFirst(response.mediaTypes())) {
            ObjectNode media = node.withObjectProperty("content").putObject(mediaType);
            media.set(
                    "schema",
                    MediaSchemas.isJson(mediaType) && response.type().isPresent()
                            ? types.response(response.type().get())
                            : MediaSchemas.of(mediaType, List.of()));
            examples(
                    media,
                    route,
                    example -> example.status() == response.status()
                            && example.mediaType().equals(mediaType));
        }
        return node;
    }

    private static String describe(RouteResponse response) {
        return switch (response.status()) {
            case 201 -> "Created.";
            case 202 -> "Accepted; still in progress.";
            case 204 -> "Done; no content.";
            default ->
                response.status() < 300 ? "The response." : "The response with status " + response.status() + ".";
        };
    }

    /** The texts of all problems by status: those that the host adds, and those that the route declares. */
    private Map<Integer, List<String>> problems(RouteContract contract, Route route) {
        Map<Integer, List<String>> texts = new TreeMap<>();
        for (Problem problem : Problem.values()) {
            if (appliesTo(problem, contract, route)) {
                texts.computeIfAbsent(problem.status(), status -> new ArrayList<>())
                        .add(problem.text());
            }
        }
        if (takesKey(contract)) {
            CONFLICTS.forEach((status, text) ->
                    texts.computeIfAbsent(status, unused -> new ArrayList<>()).add(text));
        }
        for (RouteProblem problem : route.problems()) {
            texts.computeIfAbsent(problem.status(), status -> new ArrayList<>())
                    .add(Problem.text(problem.name(), problem.when()));
        }
        return texts;
    }

    private static boolean appliesTo(Problem problem, RouteContract contract, Route route) {
        return switch (problem) {
            case FORBIDDEN ->
                contract.permission()
                        .filter(permission -> !permission.equals(Endpoint.ANY_PRINCIPAL))
                        .isPresent();
            case NOT_FOUND -> !names(route.path()).isEmpty();
            case UNSUPPORTED_MEDIA_TYPE -> !route.consumes().isEmpty();
            case VALIDATION_FAILED ->
                (hasBody(route) && route.bodyType().isPresent())
                        || route.parameters().stream().anyMatch(OperationWriter::mayNotFit);
            // Handlers of cached routes see no preconditions, so the host checks them.
            case PRECONDITION_FAILED ->
                route.method() == HttpMethod.GET && contract.cache().isPresent();
            case REQUEST_TIMEOUT, PAYLOAD_TOO_LARGE -> hasBody(route);
            case BAD_REQUEST, UNAUTHENTICATED, QUOTA_EXCEEDED, FAILED, UNAVAILABLE, TIMEOUT -> true;
        };
    }

    /** Any text fits into a path. */
    private static boolean mayNotFit(Parameter<?> parameter) {
        return parameter.place() != Parameter.Place.PATH || !parameter.codec().equals(Codec.STRING);
    }

    private ArrayNode security(RouteContract contract, String path) {
        ArrayNode security = NODES.arrayNode();
        Optional<String> permission = contract.permission();
        List<String> schemes = conventions.isTokenEndpoint().test(path)
                ? List.of("", SecuritySchemes.BASIC, SecuritySchemes.KEY_HEADER)
                : permission.isPresent() ? List.of(SecuritySchemes.TOKEN, SecuritySchemes.KEY_HEADER) : List.of();
        for (String scheme : schemes) {
            ObjectNode requirement = security.addObject();
            if (!scheme.isEmpty()) {
                requirement.putArray(scheme);
            }
        }
        return security;
    }
}
