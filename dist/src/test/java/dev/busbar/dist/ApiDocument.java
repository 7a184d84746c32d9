package dev.busbar.dist;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A document of OpenAPI 3.1 as a client reads it: its operations, and what it allows to be answered. For one thread. */
final class ApiDocument {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String REFERENCE = "$ref";

    private final JsonNode root;
    private final Map<String, Schema> schemas = new HashMap<>();
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemaRegistryConfig(
                    SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));

    /**
     * An operation.
     *
     * @param method its method, in upper case
     * @param path its path template
     * @param node its Operation Object
     */
    record Operation(String method, String path, JsonNode node) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    ApiDocument(String json) throws IOException {
        root = MAPPER.readTree(json);
    }

    List<Operation> operations() {
        List<Operation> all = new ArrayList<>();
        root.get("paths").properties().forEach(path -> path.getValue()
                .properties()
                .forEach(method -> all.add(
                        new Operation(method.getKey().toUpperCase(Locale.ROOT), path.getKey(), method.getValue()))));
        return all;
    }

    /** What is wrong with an answer, by what the document says of the operation; empty when it is allowed. */
    String fault(Operation operation, HttpResponse<String> answer) throws IOException {
        JsonNode response = response(operation, answer.statusCode());
        if (response == null) {
            return "status " + answer.statusCode() + " is not described";
        }
        String mediaType = answer.headers()
                .firstValue("content-type")
                .orElse("")
                .split(";", 2)[0]
                .strip();
        JsonNode content = response.path("content");
        if (content.isEmpty()) {
            return answer.body().isEmpty() ? "" : "content of " + mediaType + " where none is described";
        }
        if (content.has("*/*")) {
            return "";
        }
        JsonNode media = content.get(mediaType);
        if (media == null) {
            return "media type \"" + mediaType + "\" (described: "
                    + content.properties().stream().map(Map.Entry::getKey).toList() + ")";
        }
        if (!media.has("schema")) {
            return "no schema of " + mediaType;
        }
        boolean isJson = mediaType.equals("application/json") || mediaType.endsWith("+json");
        return misfit(
                media.get("schema"),
                isJson
                        ? MAPPER.readTree(answer.body())
                        : MAPPER.getNodeFactory().textNode(answer.body()));
    }

    private @Nullable JsonNode response(Operation operation, int status) {
        JsonNode responses = operation.node().get("responses");
        JsonNode found = responses.has(Integer.toString(status))
                ? responses.get(Integer.toString(status))
                : status < 300 ? responses.get("2XX") : null;
        return found != null && found.has(REFERENCE)
                ? root.at(found.get(REFERENCE).asText().substring(1))
                : found;
    }

    private String misfit(JsonNode schema, JsonNode value) {
        Schema known = schemas.computeIfAbsent(schema.toString(), text -> {
            ObjectNode whole = MAPPER.createObjectNode();
            whole.put("$schema", "https://json-schema.org/draft/2020-12/schema");
            whole.set("components", root.get("components"));
            whole.setAll((ObjectNode) schema);
            return registry.getSchema(whole);
        });
        return known.validate(value).stream().map(Error::toString).collect(Collectors.joining("; "));
    }
}
