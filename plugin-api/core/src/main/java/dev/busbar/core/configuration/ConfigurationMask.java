package dev.busbar.core.configuration;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The mask of secrets in the configuration of a platform, which are marked by JSON pointers: a secret is shown as asterisks,
 * and asterisks that are sent stand for the secret that is stored. A text with a reference is no secret. Stateless.
 */
public final class ConfigurationMask {
    static final String MASK = "********";

    private static final ObjectMapper JSON = new ObjectMapper();

    private ConfigurationMask() {}

    /** The configuration as it may be shown. */
    public static String hide(String configuration, List<String> secrets) {
        JsonNode tree = read(configuration);
        for (String secret : secrets) {
            JsonPointer pointer = JsonPointer.compile(secret);
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
     * @throws IllegalArgumentException when asterisks stand for a secret that is not stored
     */
    public static String restore(String configuration, String before, List<String> secrets) {
        JsonNode tree = read(configuration);
        JsonNode stored = read(before);
        for (String secret : secrets) {
            JsonPointer pointer = JsonPointer.compile(secret);
            if (tree.at(pointer).asText().equals(MASK)) {
                JsonNode value = stored.at(pointer);
                if (value.isMissingNode()) {
                    throw new IllegalArgumentException(
                            secret + ": " + MASK + " stands for the stored value, and none is stored");
                }
                set(tree, pointer, value);
            }
        }
        return tree.toString();
    }

    private static void set(JsonNode tree, JsonPointer pointer, JsonNode value) {
        if (tree.at(pointer.head()) instanceof ObjectNode parent) {
            parent.set(pointer.last().getMatchingProperty(), value);
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
