package dev.busbar.host.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Validation of JSON against schemas. Stateless. */
final class Validation {
    static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<String> OFFICIAL =
            List.of("schema.json", "schema-base.json", "dialect-base.schema.json", "meta-base.schema.json");

    private Validation() {}

    /** The faults of a document by the official schema of OpenAPI 3.1. */
    static List<String> faults(JsonNode document) {
        Map<String, String> texts = new HashMap<>();
        for (String name : OFFICIAL) {
            String text = resource("/openapi-3.1/" + name);
            texts.put(read(text).get("$id").asText(), text);
        }
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(texts));
        Schema schema =
                registry.getSchema(SchemaLocation.of("https://spec.openapis.org/oas/3.1/schema-base/2022-10-07"));
        return texts(schema.validate(document));
    }

    /** The faults of a value by a schema. */
    static List<String> faults(JsonNode schema, JsonNode components, JsonNode value) {
        ObjectNode whole = MAPPER.createObjectNode();
        whole.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        whole.set("components", MAPPER.createObjectNode().set("schemas", components));
        whole.setAll((ObjectNode) schema);
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12,
                builder -> builder.schemaRegistryConfig(SchemaRegistryConfig.builder()
                        .formatAssertionsEnabled(true)
                        .build()));
        return texts(registry.getSchema(whole).validate(value));
    }

    private static List<String> texts(List<Error> errors) {
        return errors.stream().map(Error::toString).toList();
    }

    static JsonNode read(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(json, e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(Validation.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }
}
