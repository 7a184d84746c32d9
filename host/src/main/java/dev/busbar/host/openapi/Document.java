package dev.busbar.host.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.busbar.core.ApiVersion;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The OpenAPI document of one route table, which differs by caller. Thread-safe; the documents of the callers that asked
 * last are cached.
 */
final class Document {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String SCHEMA = "#/" + Schemas.PLACE + "/";
    private static final String RESPONSE = "#/components/responses/";
    private static final int MAX_CACHED = 64;

    private final List<Part> parts;
    private final Set<String> permissions;
    private final Object lock = new Object();
    private final Map<Key, Optional<byte[]>> cached = new LinkedHashMap<>(16, 0.75f, true);

    /** The properties of a caller by which documents differ. */
    private record Key(Set<String> permitted, Optional<String> hidden, Optional<String> platform) {}

    Document(List<Part> parts) {
        this.parts = List.copyOf(parts);
        this.permissions = parts.stream()
                .flatMap(part -> part.operations().stream())
                .flatMap(operation -> operation.permission().stream())
                .collect(Collectors.toSet());
    }

    /**
     * Writes the document for a caller.
     *
     * @param platform the platform to describe; empty for all
     * @return the document; empty if the caller may use nothing of the platform
     */
    Optional<byte[]> write(OpenApi.View view, Optional<String> platform) {
        Set<String> permitted = permissions.stream().filter(view.permits()).collect(Collectors.toUnmodifiableSet());
        boolean isKnown = platform.isEmpty()
                || parts.stream().anyMatch(part -> part.platform().equals(platform.get()));
        if (!isKnown) {
            return Optional.empty();
        }
        Key key = new Key(permitted, view.hidden(), platform);
        synchronized (lock) {
            Optional<byte[]> found = cached.get(key);
            if (found == null) {
                found = write(key);
                cached.put(key, found);
                if (cached.size() > MAX_CACHED) {
                    cached.remove(cached.keySet().iterator().next());
                }
            }
            return found;
        }
    }

    private Optional<byte[]> write(Key key) {
        Map<Part, List<Operation>> seen = new LinkedHashMap<>();
        for (Part part : parts) {
            List<Operation> operations = part.operations().stream()
                    .filter(operation -> isSeen(operation, key))
                    .toList();
            boolean isWanted = key.platform().map(part.platform()::equals).orElse(true);
            if (isWanted && !operations.isEmpty()) {
                seen.put(part, operations);
            }
        }
        if (seen.isEmpty() && key.platform().isPresent()) {
            return Optional.empty();
        }
        try {
            return Optional.of(MAPPER.writeValueAsBytes(tree(seen)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plain JSON cannot be written", e);
        }
    }

    private static boolean isSeen(Operation operation, Key key) {
        boolean served = key.hidden()
                .filter(segment -> operation.path().startsWith("/" + segment + "/"))
                .isEmpty();
        return served && operation.permission().map(key.permitted()::contains).orElse(true);
    }

    private ObjectNode tree(Map<Part, List<Operation>> seen) {
        ObjectNode root = NODES.objectNode().put("openapi", "3.1.1");
        root.putObject("info")
                .put("title", "Busbar")
                .put("version", ApiVersion.CURRENT)
                .put(
                        "description",
                        "The operations that this host currently serves to the caller; without a credential, the public"
                                + " operations. Every `GET` supports `HEAD`. Every response carries"
                                + " `X-Correlation-ID`.");
        root.putArray("servers").addObject().put("url", "/");
        ArrayNode tags = root.putArray("tags");
        Map<String, ObjectNode> paths = new TreeMap<>();
        seen.forEach((part, operations) -> {
            tags.addObject()
                    .put("name", part.platform())
                    .put("description", describe(part))
                    .put("x-busbar-version", part.version());
            operations.forEach(operation -> paths.computeIfAbsent(operation.path(), path -> NODES.objectNode())
                    .set(operation.method(), operation.description()));
        });
        ObjectNode items = root.putObject("paths");
        paths.forEach(items::set);
        ObjectNode components = root.putObject("components");
        components.set("schemas", schemas(seen));
        ObjectNode responses = Problem.responses();
        responses.retain(referred(items, RESPONSE));
        components.set("responses", responses);
        components.set("securitySchemes", SecuritySchemes.all());
        return root;
    }

    /** The names of the components of a kind that a part of the document refers to. */
    private static Set<String> referred(JsonNode part, String kind) {
        return part.findValuesAsText("$ref").stream()
                .filter(reference -> reference.startsWith(kind))
                .map(reference -> reference.substring(kind.length()))
                .collect(Collectors.toSet());
    }

    private static String describe(Part part) {
        if (part.isHost()) {
            return "The routes of the host itself.";
        }
        return part.description().isBlank() ? "The platform " + part.platform() + "." : part.description();
    }

    /** The schemas that the visible operations refer to; others would reveal hidden routes. */
    private static ObjectNode schemas(Map<Part, List<Operation>> seen) {
        Map<String, JsonNode> known = new HashMap<>(Map.of(Problem.SCHEMA, Problem.schema()));
        Deque<JsonNode> open = new ArrayDeque<>();
        seen.forEach((part, operations) -> {
            known.putAll(part.schemas());
            operations.forEach(operation -> open.add(operation.description()));
        });
        Set<String> needed = new TreeSet<>(Set.of(Problem.SCHEMA));
        while (!open.isEmpty()) {
            for (String name : referred(open.remove(), SCHEMA)) {
                JsonNode schema = known.get(name);
                if (schema != null && needed.add(name)) {
                    open.add(schema);
                }
            }
        }
        ObjectNode schemas = NODES.objectNode();
        needed.forEach(name -> schemas.set(name, known.get(name)));
        return schemas;
    }
}
