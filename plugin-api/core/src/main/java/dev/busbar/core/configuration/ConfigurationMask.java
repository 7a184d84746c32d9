package dev.busbar.core.configuration;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The mask of secrets in the configuration of a platform, which are marked by JSON pointers: a secret is shown as asterisks,
 * and asterisks that are sent stand for the secret that is stored. A text with a reference is no secret. Stateless.
 */
public final class ConfigurationMask {
    static final String MASK = "********";

    private static final ObjectMapper JSON = new ObjectMapper();

    private ConfigurationMask() {}

    /**
     * The configuration as it may be shown.
     *
     * @param secrets JSON pointers to the secrets; empty if these are unknown, so that each text may be one
     */
    public static String hide(String configuration, Optional<List<String>> secrets) {
        JsonNode tree = read(configuration);
        for (JsonPointer pointer : marked(tree, secrets)) {
            JsonNode value = tree.at(pointer);
            boolean isReference = value.isTextual() && ConfigurationReferences.isIn(value.textValue());
            if (!value.isMissingNode() && !value.isNull() && !isReference) {
                set(tree, pointer, JSON.getNodeFactory().textNode(MASK));
            }
        }
        return tree.toString();
    }

    /**
     * The configuration as it is stored.
     *
     * @param before the configuration that is stored now
     * @param secrets JSON pointers to the secrets; empty if these are unknown, so that each text may be one
     * @throws IllegalArgumentException when asterisks stand for no stored secret
     */
    public static String restore(String configuration, String before, Optional<List<String>> secrets) {
        JsonNode tree = read(configuration);
        JsonNode stored = read(before);
        for (JsonPointer pointer : marked(tree, secrets)) {
            JsonNode value = stored.at(pointer);
            if (isMask(tree.at(pointer)) && !value.isMissingNode()) {
                set(tree, pointer, value);
            }
        }
        for (JsonPointer text : texts(tree)) {
            if (isMask(tree.at(text))) {
                throw new IllegalArgumentException(
                        text + ": " + MASK + " stands for the stored secret, and there is none");
            }
        }
        return tree.toString();
    }

    private static boolean isMask(JsonNode value) {
        return value.isTextual() && value.textValue().equals(MASK);
    }

    private static List<JsonPointer> marked(JsonNode tree, Optional<List<String>> secrets) {
        return secrets.map(known -> known.stream().map(JsonPointer::compile).toList())
                .orElseGet(() -> texts(tree));
    }

    /** Pointers to all texts. */
    private static List<JsonPointer> texts(JsonNode tree) {
        List<JsonPointer> found = new ArrayList<>();
        collect(JsonPointer.empty(), tree, found);
        return found;
    }

    private static void collect(JsonPointer pointer, JsonNode node, List<JsonPointer> found) {
        if (node.isTextual()) {
            found.add(pointer);
        }
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            collect(pointer.appendProperty(member.getKey()), member.getValue(), found);
        }
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                collect(pointer.appendIndex(i), node.get(i), found);
            }
        }
    }

    private static void set(JsonNode tree, JsonPointer pointer, JsonNode value) {
        JsonNode parent = tree.at(pointer.head());
        if (parent instanceof ObjectNode object) {
            object.set(pointer.last().getMatchingProperty(), value);
        } else if (parent instanceof ArrayNode array) {
            array.set(pointer.last().getMatchingIndex(), value);
        }
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json.isEmpty() ? "{}" : json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("malformed JSON", e);
        }
    }
}
