package dev.busbar.host.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.busbar.plugin.Codec;
import dev.busbar.plugin.Parameter;
import java.util.Locale;
import java.util.Optional;

/** The schema of a declared parameter (JSON Schema 2020-12). Stateless. */
final class ParameterSchema {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ParameterSchema() {}

    static ObjectNode of(Parameter<?> parameter) {
        ObjectNode one = value(parameter.codec());
        if (parameter.occurrence() == Parameter.Occurrence.REPEATED) {
            ObjectNode list = NODES.objectNode().put("type", "array");
            list.set("items", one);
            return list;
        }
        parameter.defaultText().ifPresent(text -> one.set("default", node(parameter.codec(), text)));
        return one;
    }

    /** The example; a repeated parameter has it as its only value. */
    static Optional<JsonNode> example(Parameter<?> parameter) {
        return parameter.example().map(text -> {
            JsonNode one = node(parameter.codec(), text);
            return parameter.occurrence() == Parameter.Occurrence.REPEATED
                    ? NODES.arrayNode().add(one)
                    : one;
        });
    }

    private static <T> ObjectNode value(Codec<T> codec) {
        ObjectNode schema = NODES.objectNode();
        schema.put("type", codec.kind().name().toLowerCase(Locale.ROOT));
        if (codec.format().equals("duration")) {
            schema.put("pattern", LeafTypes.DURATION); // the format of this name allows no fractions
        } else if (!codec.format().isEmpty()) {
            schema.put("format", codec.format());
        }
        if (codec.kind() == Codec.Kind.INTEGER || codec.kind() == Codec.Kind.NUMBER) {
            codec.min().ifPresent(min -> schema.set("minimum", node(codec, codec.write(min))));
            codec.max().ifPresent(max -> schema.set("maximum", node(codec, codec.write(max))));
        }
        if (!codec.allowed().isEmpty()) {
            ArrayNode allowed = schema.putArray("enum");
            codec.allowed().forEach(each -> allowed.add(node(codec, codec.write(each))));
        }
        return schema;
    }

    /** The text of a value, which the codec can read, as JSON has it. */
    private static JsonNode node(Codec<?> codec, String text) {
        return switch (codec.kind()) {
            case STRING -> NODES.textNode(text);
            case INTEGER -> NODES.numberNode(Long.parseLong(text));
            case NUMBER -> NODES.numberNode(Double.parseDouble(text));
            case BOOLEAN -> NODES.booleanNode(Boolean.parseBoolean(text));
        };
    }
}
