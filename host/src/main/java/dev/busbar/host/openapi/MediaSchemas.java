package dev.busbar.host.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.busbar.plugin.RouteExample;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * The schemas of bodies by media type only, for those without a declared type: a generated client has no parameter for a
 * body without a schema. Stateless.
 */
final class MediaSchemas {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String TYPE = "type";
    private static final String ADDITIONAL = "additionalProperties";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String MERGE_PATCH = "application/merge-patch+json";

    private MediaSchemas() {}

    static boolean isJson(String mediaType) {
        return mediaType.equals("application/json") || mediaType.endsWith("+json");
    }

    /** The media types with JSON first, because generated clients send the first one. */
    static List<String> jsonFirst(List<String> mediaTypes) {
        return Stream.concat(
                        mediaTypes.stream().filter(MediaSchemas::isJson),
                        mediaTypes.stream().filter(mediaType -> !isJson(mediaType)))
                .toList();
    }

    /**
     * The schema of a body.
     *
     * @param examples the examples of this media type; the fields of a form are those of its examples
     */
    static ObjectNode of(String mediaType, List<RouteExample> examples) {
        ObjectNode schema = NODES.objectNode();
        if (mediaType.equals(MERGE_PATCH)) {
            return schema.put(TYPE, "object").put(ADDITIONAL, true);
        }
        if (isJson(mediaType)) {
            return schema; // any value
        }
        if (mediaType.equals(FORM)) {
            return form(examples);
        }
        schema.put(TYPE, "string");
        return isText(mediaType) ? schema : schema.put("format", "binary");
    }

    private static ObjectNode form(List<RouteExample> examples) {
        ObjectNode schema = NODES.objectNode().put(TYPE, "object");
        for (RouteExample example : examples) {
            fields(example.content().toString()).fieldNames().forEachRemaining(name -> schema.withObjectProperty(
                            "properties")
                    .putObject(name)
                    .put(TYPE, "string"));
        }
        schema.putObject(ADDITIONAL).put(TYPE, "string");
        return schema;
    }

    /**
     * An example that is not JSON, as the document shows it: a form as the object of its fields, which is what its schema
     * describes and the linter checks, anything else as text. Of a field given twice, the last value.
     */
    static JsonNode example(String mediaType, String content) {
        return mediaType.equals(FORM) ? fields(content) : NODES.textNode(content);
    }

    private static ObjectNode fields(String form) {
        ObjectNode fields = NODES.objectNode();
        for (String field : form.split("&", -1)) {
            String[] parts = field.split("=", 2);
            fields.put(decoded(parts[0]), parts.length == 2 ? decoded(parts[1]) : "");
        }
        return fields;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static boolean isText(String mediaType) {
        return mediaType.startsWith("text/")
                || mediaType.endsWith("+xml")
                || switch (mediaType) {
                    case "application/xml",
                            "application/x-ndjson",
                            "application/yaml",
                            "application/openmetrics-text" -> true;
                    default -> false;
                };
    }
}
